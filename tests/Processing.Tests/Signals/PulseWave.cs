using Vascular.Processing.Signals;

namespace Vascular.Processing.Tests.Signals;

/// <summary>A plethysmogram put together pulse by pulse, with its beats known.</summary>
internal sealed class PulseWave(int seed, double dicrotic)
{
    private const double Rise = 0.16;
    private const double Tolerance = 0.15;
    private readonly List<(double FootS, double Height)> beats = [];
    private double nextS = 0.5;

    public double Seconds => nextS + 1;

    /// <summary>A beat now, and the next one after <paramref name="intervalS"/>.</summary>
    public void Beat(double height, double intervalS)
    {
        beats.Add((nextS, height));
        nextS += intervalS;
    }

    /// <summary>Moves the next beat.</summary>
    public void Later(double seconds) => nextS += seconds;

    public double[] Samples(double rateHz, double noise)
    {
        var random = new Random(seed);
        double[] samples = new double[(int)(Seconds * rateHz)];
        foreach ((double foot, double height) in beats)
        {
            for (int k = (int)(foot * rateHz); k < samples.Length && k < (foot + 3) * rateHz; k++)
            {
                samples[k] += height * Shape(k / rateHz - foot);
            }
        }

        for (int k = 0; k < samples.Length; k++)
        {
            samples[k] += noise * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        }

        return samples;
    }

    /// <summary>Beats found, too many and missed, after the first ten seconds.</summary>
    public (int Hits, int Extra, int Missed) Score(List<Beat> found, double rateHz)
    {
        double[] known = [.. beats.Select(b => b.FootS + Rise).Where(t => t > 10 && t < Seconds - 2)];
        double[] seen = [.. found.Select(b => b.PeakAt / rateHz).Where(t => t > 10 && t < Seconds - 2)];
        int hits = known.Count(t => seen.Any(s => Math.Abs(s - t) < Tolerance));
        return (hits, seen.Count(s => !known.Any(t => Math.Abs(s - t) < Tolerance)), known.Length - hits);
    }

    private double Shape(double t) => t < 0 ? 0
        : (t < Rise ? (1 - Math.Cos(Math.PI * t / Rise)) / 2 : Math.Exp(-(t - Rise) / 0.18))
            + dicrotic * Math.Exp(-Math.Pow((t - 0.55) / 0.06, 2));
}
