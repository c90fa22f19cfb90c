using Vascular.Processing.Signals;
using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Waveforms;

/// <summary>Flatness of a trace, or the reason there is none.</summary>
/// <param name="State">Measured; unreliable (not calibrated, clipped, sampled too slowly, too few beats); unreadable (the trace allows no statement).</param>
/// <param name="Index">Null unless measured.</param>
/// <param name="Grade">Null unless measured.</param>
/// <param name="Reason">Null when measured.</param>
public readonly record struct FlatnessResult(MeasurementState State, FlatnessIndex? Index, TraceGrade? Grade, string? Reason);

/// <summary>What is known of a trace when its flatness is asked for.</summary>
/// <param name="Word">Whether there is a pulse at all, from the trace's contact, noise and periodicity.</param>
/// <param name="AmplitudesMm">Foot to peak of the accepted beats, mm at 100 % gain; null where the front end's scale was never set.</param>
/// <param name="ClippedShare">Beats among all whose top or foot was cut off, 0 to 1.</param>
/// <param name="CrestTimeMs">Median of the accepted beats, ms; null where it could not be measured.</param>
/// <param name="Notch">Whether a dicrotic notch is there; null where it could not be judged.</param>
/// <param name="SmallestVisibleMm">Of a trace without a pulse: foot to peak from which one would have been seen, mm at 100 % gain; null where nobody said.</param>
public readonly record struct TraceShape(
    PulseWord Word, double RateHz, IReadOnlyList<double>? AmplitudesMm, double ClippedShare, double? CrestTimeMs, bool? Notch, double? SmallestVisibleMm = null);

/// <summary>The flatness of a recorded trace.</summary>
/// <remarks>[D] Only from a wire whose amplitude is honest: gain of the front end known and fixed, millimetres per unit set by the site. Without that the
/// trace is shown and described, and the index is refused; oximeter traces of 7 and 8 bits never qualify. No pulse with good contact is an amplitude of 0.</remarks>
public static class Flatness
{
    public const string Uncalibrated = "uncalibrated";
    public const string Clipped = "clipped: the amplitude is a lower bound";
    public const string NotReadable = "movement, sensor off or noise: the trace allows no statement";
    public const string TooSlow = "sampled too slowly for an amplitude";
    public const string TooFewBeats = "too few accepted beats";
    public const string TooNoisy = "noise: a pulse of more than a flat trace has would not have been seen";

    /// <summary>From two clipped beats of five on, a lower gain is needed (signal core, features).</summary>
    private const double MostClipped = 0.4;

    public static FlatnessResult Of(in TraceShape trace, FlatnessRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (trace.AmplitudesMm is not { } amplitudes)
        {
            return Refused(MeasurementState.Unreliable, Uncalibrated);
        }

        if (trace.RateHz < rule.LowestRateHz)
        {
            return Refused(MeasurementState.Unreliable, TooSlow);
        }

        if (trace.Word == PulseWord.Unreadable)
        {
            return Refused(MeasurementState.Unreadable, NotReadable);
        }

        if (trace.Word == PulseWord.Nonpulsatile)
        {
            // no pulse was seen, and one that is no flat trace could hide
            return trace.SmallestVisibleMm is { } hidden && FlatnessIndex.Of(StandardAmplitude.OfMm(hidden), rule).Thousandths < rule.NonpulsatileFromThousandths
                ? Refused(MeasurementState.Unreliable, TooNoisy)
                : Measured(StandardAmplitude.OfMm(0), null, null, rule);
        }

        if (trace.ClippedShare >= MostClipped)
        {
            return Refused(MeasurementState.Unreliable, Clipped);
        }

        return amplitudes.Count < rule.FewestBeats
            ? Refused(MeasurementState.Unreliable, TooFewBeats)
            : Measured(StandardAmplitude.OfMm(Median(amplitudes)), trace.CrestTimeMs, trace.Notch, rule);
    }

    private static FlatnessResult Measured(StandardAmplitude amplitude, double? crestTimeMs, bool? notch, FlatnessRule rule)
    {
        FlatnessIndex index = FlatnessIndex.Of(amplitude, rule);
        WrittenNumber? crest = crestTimeMs is { } ms ? WrittenNumber.Near(ms) : null;
        return new(MeasurementState.Measured, index, TraceGrades.Of(index, crest, notch, rule), null);
    }

    private static FlatnessResult Refused(MeasurementState state, string reason) => new(state, null, null, reason);

    private static double Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
