using System.Runtime.CompilerServices;

namespace Vascular.Processing.Signals;

/// <summary>Foot of a pulse.</summary>
/// <param name="Level">Lowest value before the upstroke.</param>
/// <param name="At">Sample where the steepest upstroke's line meets that level; null without an upstroke.</param>
internal readonly record struct PulseFoot(double Level, double? At);

/// <summary>The last three seconds of the measurement path: raw samples and their light low-pass, with its delay taken out.</summary>
internal sealed class PulseTrace
{
    private const double HeldSeconds = 3;
    private const double SmoothSeconds = 0.02;
    private const double PeakBackSeconds = 0.12;
    private const double PeakAheadSeconds = 0.2;
    private const double ClimbSeconds = 0.06;
    private const double FootSeconds = 0.8;
    private const double FlatShare = 0.1;
    private const double UsualBeatSeconds = 0.8;

    private readonly double rateHz;
    private readonly double lowest;
    private readonly double highest;
    private readonly double[] raw;
    private readonly double[] smooth;
    private readonly MovingSum first;
    private readonly MovingSum second;
    private long begin;
    private long end;

    /// <summary>Where the next sample goes: <see cref="end"/> within the ring.</summary>
    private int slot;

    public PulseTrace(double rateHz, double? lowest, double? highest)
    {
        this.rateHz = rateHz;
        this.lowest = lowest ?? double.NegativeInfinity;
        this.highest = highest ?? double.PositiveInfinity;
        int held = (int)Math.Ceiling(HeldSeconds * rateHz);
        raw = new double[held];
        smooth = new double[held];
        int length = Math.Max(1, (int)Math.Floor(SmoothSeconds * rateHz + 0.5));
        first = new MovingSum(length);
        second = new MovingSum(length);
    }

    public double RateHz => rateHz;

    private int Delay => first.Length - 1;

    /// <summary>Oldest sample whose smoothed value is held.</summary>
    private long Oldest => Math.Max(begin, end - raw.Length + Delay);

    /// <summary>Newest sample whose smoothed value is held.</summary>
    private long Newest => end - 1 - Delay;

    /// <param name="sample">As it came.</param>
    /// <param name="steady">The same without jumps; what is measured.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double sample, double steady)
    {
        int here = slot;
        raw[here] = sample;
        first.Add(steady);
        second.Add(first.Mean);
        end++;
        if (Newest >= begin)
        {
            int behind = here - Delay;
            smooth[behind < 0 ? behind + smooth.Length : behind] = second.Mean;
        }

        slot = here + 1 == raw.Length ? 0 : here + 1;
    }

    public void Restart(long at)
    {
        first.Clear();
        second.Clear();
        (begin, end, slot) = (at, at, (int)(at % raw.Length));
    }

    /// <summary>The measurement path at places a step apart, by straight lines between samples; held still outside what is kept.</summary>
    public void Read(double from, double step, Span<double> into)
    {
        double oldest = Oldest, newest = Newest;
        for (int k = 0; k < into.Length; k++)
        {
            double held = Math.Clamp(from + k * step, oldest, newest);
            long left = (long)held;
            double share = held - left, value = Smooth(left);
            into[k] = share == 0 ? value : value + share * (Smooth(left + 1) - value);
        }
    }

    /// <summary>Systolic peak: the top to which the trace climbs from the detection path's maximum. Its place is that of <see cref="PulseTop"/>, its
    /// height that of a parabola through the three highest samples, which no width of a fit flattens.</summary>
    /// <remarks>A ripple shorter than <see cref="ClimbSeconds"/> does not stop the climb; a second wave of the same pulse is not reached from the first.</remarks>
    public bool TryPeak(long near, out double at, out double height)
    {
        (at, height) = (0, 0);
        long from = Math.Max(Oldest + 1, near - (long)(PeakBackSeconds * rateHz));
        long to = Math.Min(Newest - 1, near + (long)(PeakAheadSeconds * rateHz));
        if (from >= to)
        {
            return false;
        }

        long top = Math.Clamp(near, from, to);
        long reach = Math.Max(1, (long)(ClimbSeconds * rateHz));
        for (long higher = -1; higher != top;)
        {
            higher = top;
            long last = Math.Min(to, higher + reach);
            double highest = Smooth(top);
            for (long k = Math.Max(from, higher - reach); k <= last; k++)
            {
                double value = Smooth(k);
                (top, highest) = value > highest ? (k, value) : (top, highest);
            }
        }

        double left = Smooth(top - 1), middle = Smooth(top), right = Smooth(top + 1);
        double bend = left - 2 * middle + right;
        double offset = bend < 0 ? Math.Clamp(0.5 * (left - right) / bend, -0.5, 0.5) : 0;
        at = top + FittedFrom(top);
        height = middle - 0.25 * (left - right) * offset;
        return true;
    }

    /// <summary>Distance of the fitted top from the highest sample.</summary>
    private double FittedFrom(long top)
    {
        int reach = (int)Math.Min(PulseTop.Reach(rateHz), Math.Min(top - Oldest, Newest - top));
        Span<double> around = stackalloc double[2 * reach + 1];
        for (int k = 0; k < around.Length; k++)
        {
            around[k] = Smooth(top - reach + k);
        }

        return PulseTop.Offset(around);
    }

    /// <summary>Lowest value before the peak and the place where the steepest rise, prolonged, leaves it.</summary>
    public PulseFoot FootBefore(double peakAt, double previousPeakAt)
    {
        long peak = (long)Math.Floor(peakAt + 0.5);
        long from = Math.Max(Oldest + 1, peak - (long)(FootSeconds * rateHz));
        if (previousPeakAt > from)
        {
            from = (long)previousPeakAt;
        }

        long low = peak;
        double level = Smooth(peak);
        for (long k = peak - 1; k >= from; k--)
        {
            double value = Smooth(k);
            (low, level) = value < level ? (k, value) : (low, level);
        }

        double rise = 0;
        long steepestAt = low;
        int half = Math.Max(1, (int)(SmoothSeconds * rateHz / 2));
        for (long k = low + half; k <= peak - half; k++)
        {
            double here = Smooth(k + half) - Smooth(k - half);
            (rise, steepestAt) = here > rise ? (here, k) : (rise, steepestAt);
        }

        double steepest = rise / (2 * half);
        if (steepest <= 0)
        {
            return new PulseFoot(level, null);
        }

        double at = steepestAt - (Smooth(steepestAt) - level) / steepest;
        return new PulseFoot(level, Math.Max(at, low));
    }

    /// <summary>Three equal samples on a rail, or a top that is exactly flat for more than a tenth of the beat.</summary>
    public bool IsClippedAt(double peakAt, double? beatSamples)
    {
        long peak = (long)Math.Floor(peakAt + 0.5);
        long from = Math.Max(Math.Max(begin, end - raw.Length), peak - (long)(0.15 * rateHz));
        long to = Math.Min(end - 1, peak + (long)(0.15 * rateHz));
        double flat = FlatShare * (beatSamples ?? UsualBeatSeconds * rateHz);
        double top = double.NegativeInfinity;
        for (long k = from; k <= to; k++)
        {
            top = Math.Max(top, Raw(k));
        }

        int run = 0;
        int longest = 0;
        for (long k = from; k <= to; k++)
        {
            run = Raw(k) == top ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest >= 3 && (top >= highest || top <= lowest || longest > flat);
    }

    private double Raw(long at) => raw[Place(at)];

    private double Smooth(long at) => smooth[Place(at)];

    /// <summary>Where a held sample lies in the rings: a division would cost more than all the rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Place(long at)
    {
        int place = slot - (int)(end - at);
        return place < 0 ? place + raw.Length : place;
    }
}
