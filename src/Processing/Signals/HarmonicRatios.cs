namespace Vascular.Processing.Signals;

/// <summary>Second and third harmonic of the pulse over its fundamental. They fall as the pulse rounds off.</summary>
/// <param name="Second">H2/H1, 0 or more.</param>
/// <param name="Third">H3/H1, 0 or more.</param>
public readonly record struct HarmonicRatios(double Second, double Third)
{
    /// <summary>Fewer whole beats smear the harmonics.</summary>
    public const int FewestBeats = 6;

    /// <summary>By Goertzel's recurrence over whole beats; null without a fundamental.</summary>
    /// <param name="samples">Raw samples from one onset to another, <paramref name="beats"/> later.</param>
    public static HarmonicRatios? Of(ReadOnlySpan<double> samples, int beats)
    {
        if (beats < FewestBeats || samples.Length < 8 * beats)
        {
            return null;
        }

        double mean = 0;
        foreach (double sample in samples)
        {
            mean += sample / samples.Length;
        }

        double first = Amplitude(samples, mean, beats);
        return first > 0 ? new HarmonicRatios(Amplitude(samples, mean, 2 * beats) / first, Amplitude(samples, mean, 3 * beats) / first) : null;
    }

    private static double Amplitude(ReadOnlySpan<double> samples, double mean, int cycles)
    {
        double turn = 2 * Elementary.Cos(2 * Elementary.Pi * cycles / samples.Length);
        double last = 0, before = 0;
        foreach (double sample in samples)
        {
            (last, before) = (sample - mean + turn * last - before, last);
        }

        return Math.Sqrt(Math.Max(0, last * last + before * before - turn * last * before));
    }
}
