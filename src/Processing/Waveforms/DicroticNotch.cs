using Vascular.Processing.Signals;

namespace Vascular.Processing.Waveforms;

/// <summary>Whether the mean downstroke of a trace has a dicrotic notch.</summary>
/// <remarks>
/// [D] The stretch from each accepted peak to the next foot, 60 points, is averaged over the beats. A damped pulse falls steeply and then ever less; at a notch
/// the fall eases, or turns into a rise, and then grows steeper again. How much steeper, as a share of the steepest fall, decides. A missing notch is reported,
/// never forced. Constant memory; Taking a sample allocates nothing.
/// </remarks>
public sealed class DicroticNotch
{
    private const int Points = 60;
    private const int Ends = 4;

    /// <summary>Points between which the fall is taken, so that noise does not make a notch.</summary>
    private const int Apart = 4;
    private const double HeldSeconds = 4;
    private const double SmoothSeconds = 0.02;
    private const double LongestSeconds = 2;

    private readonly FlatnessRule rule;
    private readonly double rateHz;
    private readonly double[] samples;
    private readonly double[] sum = new double[Points];
    private long count;
    private Beat? open;

    /// <param name="rateHz">True sampling rate.</param>
    public DicroticNotch(FlatnessRule rule, double rateHz)
    {
        ArgumentNullException.ThrowIfNull(rule);
        (this.rule, this.rateHz) = (rule, rateHz);
        samples = new double[(int)(HeldSeconds * rateHz)];
    }

    /// <summary>Downstrokes averaged so far.</summary>
    public int Beats { get; private set; }

    /// <summary>Null before there are as many downstrokes as the index needs beats.</summary>
    public bool? IsThere => Beats >= rule.FewestBeats ? Steepening >= rule.NotchShare : null;

    /// <summary>Largest growth of the fall after it had eased, as a share of the steepest fall.</summary>
    public double Steepening
    {
        get
        {
            Span<double> slope = stackalloc double[Points - Apart];
            int steepest = 0;
            for (int k = 0; k < slope.Length; k++)
            {
                slope[k] = sum[k + Apart] - sum[k];
                steepest = slope[k] < slope[steepest] && k < slope.Length / 2 ? k : steepest;
            }

            double eased = double.NegativeInfinity, most = 0;
            for (int k = steepest; k < slope.Length - Ends; k++)
            {
                eased = Math.Max(eased, slope[k]);
                most = Math.Max(most, eased - slope[k]);
            }

            return slope[steepest] < 0 ? most / -slope[steepest] : 0;
        }
    }

    /// <summary>Takes one sample, each of those the detector takes.</summary>
    public void Add(double sample) => samples[(int)(count++ % samples.Length)] = sample;

    /// <summary>Takes a beat when the detector publishes it.</summary>
    public void Add(in Beat beat)
    {
        if (open is { IsAccepted: true } last && beat is { IsAccepted: true, OnsetAt: { } foot } && foot > last.PeakAt
            && foot - last.PeakAt < LongestSeconds * rateHz && last.Amplitude > 0)
        {
            double from = Smooth(last.PeakAt);
            for (int k = 0; k < Points; k++)
            {
                sum[k] += (Smooth(last.PeakAt + (foot - last.PeakAt) * k / (Points - 1)) - from) / last.Amplitude;
            }

            Beats++;
        }

        open = beat;
    }

    /// <summary>Begins anew after a gap: the detector's counting goes on.</summary>
    public void Restart(long lostSamples = 0)
    {
        count += lostSamples;
        open = null;
    }

    /// <summary>Mean of the samples around a place, 20 ms to either side.</summary>
    private double Smooth(double place)
    {
        int half = Math.Max(1, (int)(SmoothSeconds * rateHz));
        long middle = (long)Math.Floor(place + 0.5);
        double total = 0;
        for (long k = middle - half; k <= middle + half; k++)
        {
            total += samples[(int)(Math.Clamp(k, Math.Max(0, count - samples.Length), count - 1) % samples.Length)];
        }

        return total / (2 * half + 1);
    }
}
