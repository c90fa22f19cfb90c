namespace Vascular.Processing.Signals;

/// <summary>Median of a measure, and the median distance from it.</summary>
public readonly record struct MedianSpread(double Median, double Spread);

/// <summary>Medians and spread of the measures of at least five accepted beats; never of one.</summary>
public sealed class FeatureSummary
{
    /// <summary>Fewer accepted beats have no median worth a report.</summary>
    public const int FewestBeats = 5;

    private readonly PulseFeatures[] accepted;

    /// <param name="features">All closed pulses; the accepted ones are used, and for lower bounds the clipped ones.</param>
    public FeatureSummary(IReadOnlyList<PulseFeatures> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        accepted = [.. features.Where(f => f.IsAccepted)];
        int clipped = features.Count(f => f.IsLowerBound);
        AsksForLowerGain = features.Count > 0 && 5 * clipped >= 2 * features.Count;
    }

    /// <summary>Accepted beats.</summary>
    public int Beats => accepted.Length;

    /// <summary>Two or more of five beats were clipped.</summary>
    public bool AsksForLowerGain { get; }

    public MedianSpread? Amplitude => Of(f => f.Amplitude);

    public MedianSpread? IntervalMs => Of(f => f.IntervalMs);

    public MedianSpread? CrestTimeMs => Of(f => f.CrestTimeMs);

    public MedianSpread? Width25Ms => Of(f => f.Width25Ms);

    public MedianSpread? Width50Ms => Of(f => f.Width50Ms);

    public MedianSpread? Width75Ms => Of(f => f.Width75Ms);

    public MedianSpread? PerfusionIndexPercent => Of(f => f.PerfusionIndexPercent);

    /// <summary>Crest time over interval.</summary>
    public MedianSpread? CrestShare => Of(f => f.CrestTimeMs / f.IntervalMs);

    /// <summary>Width at half height over interval.</summary>
    public MedianSpread? Width50Share => Of(f => f.Width50Ms / f.IntervalMs);

    private MedianSpread? Of(Func<PulseFeatures, double?> measure)
    {
        double[] values = [.. accepted.Select(measure).Where(v => v.HasValue).Select(v => v!.Value)];
        if (values.Length < FewestBeats)
        {
            return null;
        }

        double median = Middle(values);
        return new MedianSpread(median, Middle([.. values.Select(v => Math.Abs(v - median))]));
    }

    private static double Middle(double[] values)
    {
        Array.Sort(values);
        int half = values.Length / 2;
        return values.Length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }
}
