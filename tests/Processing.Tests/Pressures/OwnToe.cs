using Vascular.Processing.Pressures;

namespace Vascular.Processing.Tests.Pressures;

/// <summary>A toe under a falling cuff by arithmetic of this file alone: a raised cosine for a pulse, whose height is a power of how far the cuff lies below
/// systolic, a level that rises when blood returns, breath and white noise. It shares nothing with <see cref="CuffRun"/> and the simulated patient.</summary>
internal sealed record OwnToe(int Seed, double Systolic)
{
    private const double RateHz = 125;
    private const double Pulse = 1000;
    private const double InflateS = 3;
    private const double OccludedS = 6;

    /// <summary>Standard deviation of the noise over the height of a free pulse.</summary>
    public double Noise { get; init; } = 0.01;

    /// <summary>How far the level rises when blood returns, over the height of a free pulse.</summary>
    public double Refill { get; init; } = 0.6;

    public double RestS { get; init; } = 12;

    public double Rate { get; init; } = 3;

    public double Power { get; init; } = 1.4;

    public double PulsePressureShare { get; init; } = 0.4;

    public double EndMmHg { get; init; } = 15;

    /// <summary>What becomes of a sample on its way: a rail, a wire that dies. Takes time, the sample and the one given before.</summary>
    public Func<double, double, double, double> Wire { get; init; } = (_, counts, _) => counts;

    private double Top => Systolic + 35;

    public double Cuff(double t) => t < RestS ? 0
        : t < RestS + InflateS ? Top * (t - RestS) / InflateS
        : Math.Max(EndMmHg, Top - Rate * Math.Max(0, t - RestS - InflateS - OccludedS));

    public ReturnOfPulseResult Judge()
    {
        var random = new Random(Seed);
        double Gauss() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var fold = new ReturnOfPulse();
        (double begun, double interval, double level, double before) = (-0.4, 0.85, 0, 0);
        double seconds = RestS + InflateS + OccludedS + (Top - EndMmHg) / Rate + 3;
        for (int k = 0; k < (int)(seconds * RateHz); k++)
        {
            double t = k / RateHz, cuff = Cuff(t);
            if (t >= begun + interval)
            {
                (begun, interval) = (begun + interval, 60.0 / 70 * (1 + 0.03 * Gauss()));
            }

            double systolic = Systolic + 2 * Math.Sin(2 * Math.PI * 0.22 * begun);
            double open = Math.Pow(Math.Clamp((systolic - Cuff(begun + 0.1)) / (PulsePressureShare * Systolic), 0, 1), Power);
            double phase = t - begun, wave = phase < 0.18 ? 0.5 - 0.5 * Math.Cos(Math.PI * phase / 0.18)
                : 0.5 + 0.5 * Math.Cos(Math.PI * Math.Pow(Math.Min(1, (phase - 0.18) / (interval - 0.18)), 0.7));
            level += ((cuff < Systolic ? 1 : 0) - level) / (4 * RateHz);
            double counts = 20_000 + Pulse * (open * wave + Refill * level + Noise * Gauss() + 0.03 * Math.Sin(2 * Math.PI * 0.2 * t));
            before = Wire(t, Math.Floor(counts + 0.5), k == 0 ? Math.Floor(counts + 0.5) : before);
            long atNs = (long)(k * 1e9 / RateHz);
            fold.Cuff(atNs, Math.Floor(10 * (cuff + 0.15 * Gauss()) + 0.5) / 10);
            fold.Pleth(atNs, before);
        }

        return fold.Finish();
    }
}
