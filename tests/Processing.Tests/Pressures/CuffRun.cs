using Vascular.Processing.Pressures;
using Vascular.Processing.Tests.Signals;

namespace Vascular.Processing.Tests.Pressures;

/// <summary>A simulated run of a falling cuff over real arterial pressure: scaled to toe level, inflow only while the artery exceeds the cuff, a venous
/// side that fills against the cuff and empties below 20 mmHg, an AC-coupled front end with noise, drift and bursts, a converter.</summary>
/// <remarks>Everything follows from the seed. Even seeds are for developing, odd ones for reporting; the segments of the recordings are split alike.</remarks>
internal sealed class CuffRun
{
    private const int Fine = 125;

    private static readonly Lazy<double[][]> Arteries = new(() => [Artery("bidmc_04"), Artery("bidmc_24")]);

    private readonly Random random;
    private readonly double[] artery;
    private readonly int artFrom;
    private readonly double scale;
    private readonly double top;
    private readonly double fallFromS;
    private readonly double riseS;
    private readonly double growth;
    private readonly double drain;
    private readonly double amplitude;
    private readonly double[] counts;

    /// <summary>How a run is made where the seed shall not decide.</summary>
    internal sealed record Wish(bool? Baseline = null, bool? Slow = null, double? Rate = null, int? Bursts = null, double? FullScale = null, double? Systolic = null, double? Growth = null, double? Overshoot = null, double EndMmHg = 5);

    public CuffRun(int seed, Wish? asked = null)
    {
        Wish wish = asked ?? new Wish();
        random = new Random(seed);
        artery = Arteries.Value[random.Next(2)];
        bool baseline = random.Next(2) == 0;
        HasBaseline = wish.Baseline ?? baseline;
        bool slow = random.Next(3) == 0;
        IsSlow = wish.Slow ?? slow;
        Rate = wish.Rate ?? 2 + 2 * random.NextDouble();
        double target = wish.Systolic ?? 26 + 80 * random.NextDouble() * random.NextDouble();
        riseS = HasBaseline ? 12 : 0;
        double hold = 6 + 3 * random.NextDouble();
        // even seeds take the first half of each recording, odd ones the second
        int half = artery.Length / 2;
        artFrom = seed % 2 * half + random.Next(half - 90 * Fine);
        double systolic = artery.AsSpan(artFrom, 60 * Fine).ToArray().Order().ElementAt((int)(60 * Fine * 0.99));
        scale = target / systolic;
        top = target + (wish.Overshoot ?? 20 + 15 * random.NextDouble());
        fallFromS = riseS + (HasBaseline ? 4 : 0) + hold;
        double g = random.NextDouble();
        growth = wish.Growth ?? (g < 0.6 ? 1 : g < 0.8 ? 0.6 : 1.5);
        drain = 0.15 + 0.35 * random.NextDouble();
        Seconds = fallFromS + (top - wish.EndMmHg) / Rate;
        double[] volume = Volume(out amplitude);
        double fullScale = (wish.FullScale ?? 0.7 + 3.5 * random.NextDouble()) * amplitude;
        double noise = (0.004 + 0.016 * random.NextDouble()) * amplitude;
        int bursts = wish.Bursts ?? Math.Max(0, random.Next(4) - 1);
        AddFrontEnd(volume, noise, bursts);
        int steps = IsSlow ? 65535 : 4095;
        counts = [.. volume.Select(v => Math.Clamp(Math.Floor(steps * (0.5 + v / fullScale) + 0.5), 0, steps))];
    }

    public bool HasBaseline { get; }

    /// <summary>75 samples a second and a cuff of whole mmHg five times a second; else both at 125.</summary>
    public bool IsSlow { get; }

    public double Rate { get; }

    public double Seconds { get; }

    /// <summary>Cuff pressure at the first inflow, mmHg.</summary>
    public double Truth { get; private set; }

    /// <summary>Gives the run to a fold, in time order.</summary>
    public void Feed(ReturnOfPulse fold)
    {
        double rate = IsSlow ? 75 : 125;
        for (int k = 0; k < (int)(Seconds * rate) - 2; k++)
        {
            long at = (long)(k * 1e9 / rate);
            if (!IsSlow || k % 15 == 0)
            {
                double cuff = Cuff(k / rate);
                fold.Cuff(at, IsSlow ? Math.Floor(cuff + 0.5) : cuff);
            }

            double place = k / rate * Fine;
            int left = (int)place;
            double share = place - left;
            fold.Pleth(at, Math.Floor(counts[left] * (1 - share) + counts[left + 1] * share + 0.5));
        }
    }

    public double Cuff(double t) => t < riseS ? 0
        : HasBaseline && t < riseS + 4 ? top * (t - riseS) / 4
        : t < fallFromS ? top : Math.Max(0, top - Rate * (t - fallFromS));

    private double Artery(int k) => scale * artery[artFrom + k];

    private double[] Volume(out double height)
    {
        int n = (int)(Seconds * Fine) + 2;
        double[] volume = new double[n];
        double arterial = 0, venous = 0, slow = 0;
        bool found = false;
        for (int k = 0; k < n; k++)
        {
            double t = k / (double)Fine, cuff = Cuff(t), over = Artery(k) - cuff;
            if (over > 0 && t > fallFromS && !found)
            {
                (found, Truth) = (true, cuff);
            }

            double inflow = over > 0 ? Math.Exp(growth * Math.Log(over / (scale * 60))) : 0;
            double run = arterial / drain;
            double open = cuff < 20 ? 1 : Math.Max(0, 1 - (cuff - 20) / 15);
            arterial += (inflow - run) / Fine;
            venous += (run - venous * (0.15 + 1.2 * open)) / Fine;
            double both = arterial + 0.6 * venous;
            slow += (both - slow) * 2 * Math.PI * 0.15 / Fine;
            volume[k] = both - slow;
        }

        // height of a free pulse
        (arterial, venous) = (0, 0);
        double low = double.MaxValue, high = double.MinValue;
        for (int k = 0; k < 12 * Fine; k++)
        {
            double full = Math.Exp(growth * Math.Log(Math.Max(1e-9, Artery(k) / (scale * 60))));
            arterial += (full - arterial / drain) / Fine;
            (low, high) = k > 4 * Fine ? (Math.Min(low, arterial), Math.Max(high, arterial)) : (low, high);
        }

        height = high - low;
        return volume;
    }

    private void AddFrontEnd(double[] volume, double noise, int bursts)
    {
        double smooth = 0, wander = 0, phase = random.NextDouble() * 6;
        double[] hum = new double[volume.Length];
        for (int k = 0; k < volume.Length; k++)
        {
            smooth += (Gauss() * noise * 2 - smooth) * 0.4;
            wander += Gauss() * noise * 0.1 - wander * 0.002;
            hum[k] = smooth + wander + noise * 2 * Math.Sin(phase + 2 * Math.PI * 0.22 * k / Fine);
        }

        for (int b = 0; b < bursts; b++)
        {
            double at = riseS + 2 + (Seconds - riseS - 3) * random.NextDouble(), length = 0.3 + 0.7 * random.NextDouble();
            double strong = (0.1 + 0.6 * random.NextDouble()) * amplitude, hz = 1.5 + 3 * random.NextDouble();
            for (int k = (int)(at * Fine); k < Math.Min(volume.Length, (at + length) * Fine); k++)
            {
                double t = k / (double)Fine - at;
                hum[k] += strong * Math.Sin(Math.PI * t / length) * Math.Sin(2 * Math.PI * hz * t);
            }
        }

        for (int k = 0; k < volume.Length; k++)
        {
            volume[k] += hum[k];
        }
    }

    private double Gauss() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>The pressure, its dropped samples held at the last good one.</summary>
    private static double[] Artery(string name)
    {
        double[] pressure = Recording.Column($"ppg/{name}.csv", 2);
        for (int k = 1; k < pressure.Length; k++)
        {
            pressure[k] = pressure[k] is > 20 and < 220 ? pressure[k] : pressure[k - 1];
        }

        return pressure;
    }
}
