namespace Vascular.Processing.Tests.Pressures;

/// <summary>A cuff on an arm by arithmetic of this file alone: the artery's area follows the pressure across its wall, closed by an exponential and opened
/// towards a limit, and the cuff feels its changes.</summary>
internal sealed record OwnArm(int Seed)
{
    private const double PumpFromS = 3;
    private const double HoldFromS = 9;
    private const double FallFromS = 10;

    public double RateHz { get; init; } = 100;

    public double Systolic { get; init; } = 130;

    public double Diastolic { get; init; } = 75;

    public double TopMmHg { get; init; } = 180;

    public double FallMmHgPerS { get; init; } = 3;

    public double EndMmHg { get; init; } = 35;

    /// <summary>Height of the pulses in the cuff, mmHg, about; 0 without a pulse.</summary>
    public double Pulses { get; init; } = 3;

    /// <summary>Standard deviation of white noise, mmHg.</summary>
    public double Noise { get; init; } = 0.05;

    /// <summary>Standard deviation of the interval, over the interval.</summary>
    public double Irregular { get; init; } = 0.03;

    /// <summary>The cuff is held at this pressure; null where it falls.</summary>
    public double? HeldMmHg { get; init; }

    /// <summary>Three seconds of movement, noise of so many mmHg, from when the cuff is at a pressure.</summary>
    public (double MmHg, double Deviation)? Moves { get; init; }

    /// <summary>Movement slower than a fifth of a second or so, from when the cuff is at a pressure, so high (standard deviation, mmHg) and so long.</summary>
    public (double MmHg, double Deviation, double Seconds)? Sways { get; init; }

    /// <summary>Time constant of a valve that lets the cuff down by shares, s; null where it falls in a straight line.</summary>
    public double? BleedS { get; init; }

    /// <summary>A held cuff leaks by so much, mmHg/s.</summary>
    public double Leak { get; init; }

    /// <summary>Step of the converter, mmHg; 0 where it has none.</summary>
    public double Step { get; init; }

    /// <summary>A trembling of so many a second and half so many mmHg from low to high.</summary>
    public (double Hz, double MmHg)? Trembles { get; init; }

    /// <summary>Mean of the arterial pressure; known when the samples were made.</summary>
    public double Mean { get; private set; }

    private static double Area(double across) => across < 0 ? Math.Exp(across / 12) : 2.2 - 1.2 * Math.Exp(-across / 25);

    private double Slow(double t) => t < PumpFromS ? 0
        : HeldMmHg is { } held ? held * Math.Min(1, (t - PumpFromS) / 4) - Leak * Math.Max(0, t - PumpFromS - 4)
        : t < HoldFromS ? TopMmHg * (t - PumpFromS) / (HoldFromS - PumpFromS)
        : t < FallFromS ? TopMmHg
        : FallenAt(t);

    private double FallS => BleedS is { } constant ? constant * Math.Log(TopMmHg / EndMmHg) : (TopMmHg - EndMmHg) / FallMmHgPerS;

    private double FallenAt(double t)
    {
        double endS = FallFromS + FallS;
        return t < endS && BleedS is { } constant ? TopMmHg * Math.Exp((FallFromS - t) / constant) : t < endS ? TopMmHg - FallMmHgPerS * (t - FallFromS) : EndMmHg * Math.Max(0, 1 - (t - endS));
    }

    public double[] Samples()
    {
        var random = new Random(Seed);
        double Gauss() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double seconds = HeldMmHg is null ? FallFromS + FallS + 4 : 60;
        double[] samples = new double[(int)(seconds * RateHz)];
        (double begun, double interval, double sum) = (0, 60.0 / 68, 0);
        double movesFromS = Moves is { } moved ? FallFromS + (TopMmHg - moved.MmHg) / FallMmHgPerS : double.PositiveInfinity;
        double[] sway = Swaying(samples.Length);
        for (int k = 0; k < samples.Length; k++)
        {
            double t = k / RateHz, cuff = Slow(t);
            if (t >= begun + interval)
            {
                (begun, interval) = (begun + interval, 60.0 / 68 * Math.Clamp(1 + Irregular * Gauss(), 0.5, 1.8));
            }

            double phase = t - begun, wave = phase < 0.15 ? 0.5 - 0.5 * Math.Cos(Math.PI * phase / 0.15)
                : 0.5 + 0.5 * Math.Cos(Math.PI * Math.Pow(Math.Min(1, (phase - 0.15) / (interval - 0.15)), 0.7));
            double artery = Diastolic + (Systolic - Diastolic) * wave;
            sum += artery;
            samples[k] = cuff + Math.Min(1, cuff / 40) * Pulses * (Area(artery - cuff) - Area(Diastolic - cuff)) + Noise * Gauss()
                + (t >= movesFromS && t < movesFromS + 3 ? Moves!.Value.Deviation * Gauss() : 0)
                + sway[k] + (Trembles is { } trembling ? trembling.MmHg * Math.Sin(2 * Math.PI * trembling.Hz * t) : 0);
            samples[k] = Step > 0 ? Step * Math.Floor(samples[k] / Step + 0.5) : samples[k];
        }

        Mean = sum / samples.Length;
        return samples;
    }

    /// <summary>Noise under 5 Hz, of the deviation asked for.</summary>
    private double[] Swaying(int count)
    {
        double[] sway = new double[count];
        if (Sways is not { } sways)
        {
            return sway;
        }

        var random = new Random(Seed + 100_000);
        int from = (int)((FallFromS + (TopMmHg - sways.MmHg) / FallMmHgPerS) * RateHz), length = (int)(sways.Seconds * RateHz), wide = (int)(0.2 * RateHz);
        double[] white = [.. Enumerable.Range(0, length + wide).Select(_ => random.NextDouble() - 0.5)];
        double[] slow = [.. Enumerable.Range(0, length).Select(k => white.AsSpan(k, wide).ToArray().Average())];
        double deviation = Math.Sqrt(slow.Average(v => v * v));
        for (int k = 0; k < length && from + k < count; k++)
        {
            sway[from + k] = sways.Deviation * slow[k] / deviation;
        }

        return sway;
    }
}
