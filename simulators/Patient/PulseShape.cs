namespace Vascular.Simulators.Patient;

/// <summary>Form of one beat of a plethysmogram, from foot (0) to foot (1), height 0 to 1.</summary>
/// <remarks>Polynomials only: the samples are the same on every machine. Shapes follow the published words
/// (fast upstroke, sharp peak and a second wave in health; slow, rounded and without a notch in ischaemia), not a recording.</remarks>
/// <param name="Crest">Fraction of the beat from foot to peak, 0.05 to 0.6.</param>
/// <param name="SecondWave">Height of the diastolic wave, 0 (none) to 0.5.</param>
/// <param name="Height">Of the peak: 1, or 0 for no pulse.</param>
public sealed record PulseShape(double Crest, double SecondWave, double Height = 1)
{
    private const double SecondWaveAt = 0.55;
    private const double SecondWaveHalfWidth = 0.2;

    /// <summary>Fast upstroke, sharp peak, a second wave. Crest at 140 ms at 72/min.</summary>
    public static PulseShape Healthy { get; } = new(0.17, 0.18);

    /// <summary>The first abnormality: no second wave. Crest at 190 ms at 72/min, within the 240 ms of a toe without a lesion.</summary>
    public static PulseShape NotchLost { get; } = new(0.23, 0);

    /// <summary>Slower on both sides, the peak rounds. Crest at 255 ms at 72/min, between the published limits of 240 and 270 ms.</summary>
    public static PulseShape Rounded { get; } = new(0.306, 0);

    /// <summary>Crest at 36 % of the beat: 300 ms at 72/min. A severe pulse has this form and little height.</summary>
    public static PulseShape Ischaemic { get; } = new(0.36, 0);

    /// <summary>No pulse at all.</summary>
    public static PulseShape Flat { get; } = new(0.36, 0, 0);

    /// <param name="phase">0 to 1 within the beat.</param>
    public double At(double phase)
    {
        if (phase is <= 0 or >= 1 || Height == 0)
        {
            return 0;
        }

        double main = phase < Crest ? Step(phase / Crest) : Step((1 - phase) / (1 - Crest));
        if (SecondWave <= 0)
        {
            return main;
        }

        // a healthy pulse falls faster than it rose is long, and the reflected wave rides on the fall
        double fall = phase < Crest ? 1 : (1 - phase) / (1 - Crest);
        double v = (phase - SecondWaveAt) / SecondWaveHalfWidth;
        double bump = v is > -1 and < 1 ? SecondWave * (1 - (v * v)) * (1 - (v * v)) : 0;
        return (main * fall * fall) + bump;
    }

    private static double Step(double x) => x * x * (3 - (2 * x));
}
