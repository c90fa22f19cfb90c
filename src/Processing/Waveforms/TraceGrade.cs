using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Waveforms;

/// <summary>Grade of a digit trace, from its amplitude first and its shape second. [D], not validated.</summary>
public enum TraceGrade
{
    /// <summary>Index below a half, steep upstroke, notch there.</summary>
    Normal,

    /// <summary>Upstroke a little slow, or the notch lost: the first sign. [V] Hadeco; Koven</summary>
    Mild,

    /// <summary>Slow upstroke.</summary>
    Moderate,

    /// <summary>Barely pulsatile: 4 mm or less.</summary>
    Severe,

    /// <summary>1 mm or less.</summary>
    Nonpulsatile,

    /// <summary>Not flat by its amplitude, and its shape could not be measured.</summary>
    NotGraded,
}

/// <summary>The rule and the words of <see cref="TraceGrade"/>.</summary>
public static class TraceGrades
{
    private static readonly string[] Words = ["normal", "mild", "moderate", "severe", "nonpulsatile", "not_graded"];

    public static string Word(this TraceGrade grade) => Words[(int)grade];

    /// <summary>Amplitude outranks shape: a low pulse of a good shape is severe.</summary>
    /// <param name="crestTimeMs">Foot to peak, ms; null where it could not be measured.</param>
    /// <param name="notch">Whether a dicrotic notch is there; null where nobody looked.</param>
    public static TraceGrade Of(FlatnessIndex index, WrittenNumber? crestTimeMs, bool? notch, FlatnessRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        bool flat = index.IsUpperBound ? index.Thousandths > rule.SevereFromThousandths : index.Thousandths >= rule.SevereFromThousandths;
        if (flat)
        {
            return index.IsUpperBound ? TraceGrade.NotGraded
                : index.Thousandths >= rule.NonpulsatileFromThousandths ? TraceGrade.Nonpulsatile
                : TraceGrade.Severe;
        }

        return crestTimeMs is not { } crest ? TraceGrade.NotGraded
            : crest > WrittenNumber.Of(rule.ModerateAboveMs) ? TraceGrade.Moderate
            : crest > WrittenNumber.Of(rule.MildAboveMs) ? TraceGrade.Mild
            : notch switch { true => TraceGrade.Normal, false => TraceGrade.Mild, null => TraceGrade.NotGraded };
    }
}
