using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Patient.Rhythms;

/// <summary>What decides when the next beat comes and how strong it is.</summary>
public interface IHeartRhythm
{
    /// <summary>True where every beat is about as long as the others: a pulse then fills its beat. Else a pulse keeps its length and runs into the next one.</summary>
    bool IsRegular { get; }

    /// <summary>The next beat.</summary>
    /// <param name="breath">Chest movement, -1 to 1.</param>
    Interval Next(double breath, SeededStream chance);
}

/// <summary>One beat as a rhythm makes it.</summary>
/// <param name="Length">Until the next beat, as a multiple of the mean.</param>
/// <param name="Strength">Blood this beat throws out, as a multiple of a usual beat's.</param>
public readonly record struct Interval(double Length, double Strength);
