using Vascular.Processing.Vocabulary;
using Vascular.Processing.Waveforms;

namespace Vascular.Acquisition.Cli;

/// <summary>Table <c>ppg-flatness</c>: flatness index and grade of one measured trace per row.</summary>
public static class FlatnessTable
{
    private const string Amplitude = "amp_mm";
    private const string Gain = "gain_percent";
    private const string Factor = "device_factor";
    private const string Crest = "crest_time_ms";
    private const string Notch = "dicrotic_notch";
    private const int LongestCrestMs = 2000;

    private static readonly string[] Inputs = [Amplitude, Gain, Factor, Crest, Notch];

    public static ScoreTable Table { get; } = new("ppg-flatness", Inputs, ["amp_std_mm", "pfi", "grade"], (row, rules) => Answer(new ScoreFields(Inputs, row), rules))
    {
        RestsOn = ["flatness"],
    };

    private static ScoreAnswer Answer(ScoreFields row, RuleSet rules)
    {
        (WrittenNumber mm, bool clipped) = row.Bounded(Amplitude, StandardAmplitude.HighestMm);
        WrittenNumber gain = row.Positive(Gain, StandardAmplitude.HighestGainPercent);
        WrittenNumber factor = row.Positive(Factor, StandardAmplitude.HighestFactor);
        WrittenNumber? crest = row.Number(Crest, WrittenNumber.Zero, WrittenNumber.Of(LongestCrestMs));
        bool? notch = row.Bit(Notch);
        if (row.Refusal is { } refused)
        {
            return refused;
        }

        StandardAmplitude amplitude = StandardAmplitude.Of(mm, gain, factor, clipped);
        FlatnessIndex index = FlatnessIndex.Of(amplitude, rules.Flatness);
        return ScoreAnswer.Of(amplitude.ToString(), index.ToString(), TraceGrades.Of(index, crest, notch, rules.Flatness).Word());
    }
}
