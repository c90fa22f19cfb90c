using Vascular.Processing.Signals;

namespace Vascular.Processing.Waveforms;

/// <summary>Pulses of a recording whose foot a rail has cut off: their height is a lower bound, as that of a cut top is.</summary>
/// <remarks>[D] Where no one said where the rails are, a foot is cut when the lowest value before a pulse stands still for more than a tenth of the beat (signal
/// core, features) and the trace meets it at an angle. A pulse that dies away comes to rest slowly.</remarks>
public static class RailedFeet
{
    private const double FlatShare = 0.1;
    private const int FewestEqual = 3;
    private const double MeetsSeconds = 0.05;
    private const double MeetsShare = 0.02;

    /// <summary>Their share among the pulses that have one before them, 0 to 1; 0 where there is none.</summary>
    public static double Share(ReadOnlySpan<double> samples, IReadOnlyList<Beat> beats, double rateHz)
    {
        ArgumentNullException.ThrowIfNull(beats);
        int cut = 0;
        for (int k = 1; k < beats.Count; k++)
        {
            int from = (int)beats[k - 1].PeakIndex, to = (int)beats[k].PeakIndex;
            cut += IsCut(samples[from..to], beats[k].Amplitude, (int)(MeetsSeconds * rateHz)) ? 1 : 0;
        }

        return beats.Count > 1 ? cut / (double)(beats.Count - 1) : 0;
    }

    /// <param name="beat">From peak to peak.</param>
    private static bool IsCut(ReadOnlySpan<double> beat, double height, int before)
    {
        double lowest = double.PositiveInfinity;
        foreach (double value in beat)
        {
            lowest = Math.Min(lowest, value);
        }

        int run = 0, longest = 0, end = 0;
        for (int k = 0; k < beat.Length; k++)
        {
            run = beat[k] == lowest ? run + 1 : 0;
            (longest, end) = run > longest ? (run, k) : (longest, end);
        }

        int start = end - longest + 1;
        return longest >= Math.Max(FewestEqual, FlatShare * beat.Length) && beat[Math.Max(0, start - before)] - lowest >= MeetsShare * height;
    }
}
