using Vascular.Simulators.Clock;
using Vascular.Simulators.Patient.Rhythms;

namespace Vascular.Simulators.Patient;

/// <summary>One beat of the heart.</summary>
/// <param name="AtNs">When it starts.</param>
/// <param name="LengthNs">Until the next one starts.</param>
/// <param name="Swing">How far this beat's systolic pressures lie from their mean, as a fraction (0.004 = 0.4 %).</param>
/// <param name="Strength">Blood this beat throws out, as a multiple of a usual beat's.</param>
/// <param name="PulseNs">How long its pulse takes from foot to foot; longer than <paramref name="LengthNs"/> where the next beat comes early.</param>
public readonly record struct Heartbeat(long Index, long AtNs, long LengthNs, double Swing, double Strength, long PulseNs)
{
    public long EndNs => AtNs + LengthNs;
}

/// <summary>The beats of one patient, a function of the seed alone, made as far as they are asked for.</summary>
/// <remarks>The latest <see cref="Kept"/> beats are kept (about an hour); an earlier one is refused, never invented.
/// A beat that throws out more blood also has more pressure, by <see cref="PressurePerStrength"/> (the pulse pressure of an arm over its systolic pressure; assumed).</remarks>
public sealed class Heartbeats
{
    public const int Kept = 4096;

    private const double PressurePerStrength = 0.4;

    private readonly Heartbeat[] ring = new Heartbeat[Kept];
    private readonly SeededStream chance;
    private readonly IHeartRhythm rhythm;
    private readonly double meanLengthNs;
    private readonly double breathNs;
    private readonly double swing;
    private long made;

    public Heartbeats(PatientTruth truth, SeededStream chance)
    {
        ArgumentNullException.ThrowIfNull(truth);
        this.chance = chance;
        rhythm = truth.Rhythm();
        meanLengthNs = 60.0 * Nanoseconds.PerSecond / truth.HeartRatePerMin;
        breathNs = 60.0 * Nanoseconds.PerSecond / truth.RespirationPerMin;
        swing = truth.PressureSwingPercent / 100;
        // the patient lived before time 0: ten seconds of it, with a phase from the seed
        Make((long)(-(10 + chance.Unit()) * Nanoseconds.PerSecond));
    }

    /// <summary>The beat in which <paramref name="atNs"/> lies.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is before the beats kept.</exception>
    public Heartbeat At(long atNs)
    {
        while (ring[(made - 1) % Kept].EndNs <= atNs)
        {
            Make(ring[(made - 1) % Kept].EndNs);
        }

        for (long index = made - 1; index >= Math.Max(0, made - Kept); index--)
        {
            if (ring[index % Kept].AtNs <= atNs)
            {
                return ring[index % Kept];
            }
        }

        throw new ArgumentOutOfRangeException(nameof(atNs), atNs, "The beats of that time are no longer kept.");
    }

    /// <summary>The beat after <paramref name="beat"/>.</summary>
    public Heartbeat After(in Heartbeat beat) => At(beat.EndNs);

    /// <summary>Chest movement, -1 to 1, smooth: two parabolas a breath, close to a sine and the same on every machine.</summary>
    public double BreathAt(long atNs)
    {
        double phase = atNs / breathNs;
        phase -= Math.Floor(phase);
        return phase < 0.5 ? 8 * phase * (1 - (2 * phase)) : -8 * (phase - 0.5) * (2 - (2 * phase));
    }

    private void Make(long atNs)
    {
        double breath = BreathAt(atNs);
        Interval interval = rhythm.Next(breath, chance);
        double length = meanLengthNs * interval.Length;
        double pressure = (swing * ((0.8 * breath) + (0.6 * chance.Bell()))) + (PressurePerStrength * (interval.Strength - 1));
        long pulse = (long)(rhythm.IsRegular ? length : meanLengthNs);
        ring[made % Kept] = new Heartbeat(made, atNs, (long)length, pressure, interval.Strength, pulse);
        made++;
    }
}
