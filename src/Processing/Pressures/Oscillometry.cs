using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>Mean, systolic and diastolic pressure of an arm or ankle from the cuff's own oscillations while it falls. Not for toes.</summary>
/// <remarks>
/// One height per pulse; those off the median of five are left out; the rest are smoothed into an envelope over cuff pressure. Its top is the mean
/// pressure, in truth a weighted mean of systolic and diastolic (Chandrasekhar, Front Physiol 2019, doi 10.3389/fphys.2019.01415). Systolic and
/// diastolic are read where the envelope reaches fixed shares of its top, 0.57 and 0.70 (the ratios in use range from 0.44 to 0.74 and 0.51 to 0.85;
/// any fixed pair fails a quarter of people), so both carry the flag and the width that says so. Pulses are alike; peaks of noise and of movement are not, the
/// stairs of a coarse converter are no higher than its step, and a trembling repeats itself too soon: none gives an answer. The half widths hold what the heights leave in doubt.
/// Memory is bounded to five minutes; <see cref="Finish"/> answers and may be asked again.
/// </remarks>
public sealed class Oscillometry
{
    public const string Method = "oscillometry";
    public const int Version = 4;

    /// <summary>Share of the envelope's top at which systolic is read, above the top.</summary>
    public const double SystolicRatio = 0.57;

    /// <summary>Share at which diastolic is read, below the top.</summary>
    public const double DiastolicRatio = 0.70;

    private const double LowestRatio = 0.44;
    private const double HighestRatio = 0.74;
    private const double SlowestHz = 32;
    private const int FewestPulses = 8;
    private const double LowestMmHg = 20;
    private const double FastestMmHgPerS = 12;
    /// <summary>The pump's last stroke and the letting off swing this far into the fall.</summary>
    private const double EdgeSeconds = 1.5;

    private const double LetOff = 2.5;
    private const double SlowestLetOffMmHgPerS = 6;
    private const double LeastFallMmHg = 25;

    /// <summary>Another fall of so much of the deepest one may hold an envelope of its own.</summary>
    private const double AnotherShare = 0.6;
    private const double OffNeighbours = 0.4;
    private const double TopShare = 0.85;
    private const double FlatShare = 0.97;
    private const double LeastFlatShare = 0.7;
    private const double WidestMmHg = 25;
    private const double UpperHalf = 0.5;

    /// <summary>Standard deviation of a smoothed height over that of what smoothing takes off a height: with weights 1, 2, 3, 2, 1 the first keeps 0.48 of the heights' own,
    /// the second 0.75.</summary>
    private const double SmoothedShare = 0.64;
    private const double DoubtDeviations = 2.3;

    /// <summary>In regular arms and the recordings two in a row are 0.075 of the tallest quarter unlike at most, in irregular ones a tenth; movement that shifts the mean by
    /// more than its half width makes them so with hardly an exception.</summary>
    private const double UnlikeShare = 0.08;
    private const double UsualUnlikeShare = 0.05;
    private const double UnlikeTimes = 4;

    /// <summary>What is left of two swings may be so many times as much in their heights.</summary>
    private const double HeightOfUnlike = 2;

    private readonly CuffSamples samples = new();

    /// <summary>One reading of the cuff, mmHg, 32 Hz or more.</summary>
    public void Cuff(long atNs, double mmHg) => samples.Add(atNs, mmHg);

    /// <summary>The answer from everything taken so far.</summary>
    public OscillometryResult Finish()
    {
        OscillometryResult result = Judge();
        return samples.TooLong ? result with { Flags = result.Flags | OscillometryFlags.RunTooLong } : result;
    }

    private OscillometryResult Judge()
    {
        double rate = samples.RateHz;
        if (rate < SlowestHz || samples.Count < 10 * rate)
        {
            return Without(OscillometryFlags.TooShort);
        }

        (int from, int to, double another) = Fall(rate);
        if (from >= to || samples.MmHg[from] - samples.MmHg[to] < LeastFallMmHg)
        {
            return Without(OscillometryFlags.NoDeflation);
        }

        if (another > AnotherShare * (samples.MmHg[from] - samples.MmHg[to]))
        {
            return Without(OscillometryFlags.TwoDeflations);
        }

        for (int k = from + 1; k <= to; k++)
        {
            if (samples.AtNs[k] - samples.AtNs[k - 1] > 100_000_000)
            {
                return Without(OscillometryFlags.Gap);
            }
        }

        var oscillation = new CuffOscillation(samples.MmHg[from..(to + 1)], rate);
        double first = EdgeSeconds * oscillation.RateHz, last = to - from - EdgeSeconds * oscillation.RateHz;
        CuffPulse[] heard = [.. oscillation.Pulses.Where(p => p.CuffMmHg > LowestMmHg && p.HeightMmHg > CuffOscillation.LeastHeightMmHg && p.At > first && p.At < last)];
        CuffPulse[] like = [.. heard.Where((p, k) => IsLikeNeighbours(heard, k))];
        if (like.Length < FewestPulses || !oscillation.AreAlike(like))
        {
            return Without(OscillometryFlags.TooFewPulses);
        }

        double[] height = Smoothed(like);
        int top = Array.IndexOf(height, height.Max());
        if (height[top] < CuffOscillation.StepsOfPulse * samples.StepMmHg)
        {
            return Without(OscillometryFlags.TooFewPulses);
        }

        double tall = heard.Select(p => p.HeightMmHg).Order().ElementAt(heard.Length * 3 / 4);
        double moved = Moved(oscillation.Unlike(heard), tall);
        if (oscillation.Trembles() || moved > UnlikeShare * tall)
        {
            return Without(OscillometryFlags.Movement);
        }

        if (top < 2 || top > like.Length - 3)
        {
            return Without(OscillometryFlags.TopNotPassed);
        }

        if (!oscillation.AreAlike([.. like.Where((_, k) => height[k] >= SystolicRatio * height[top])]))
        {
            return Without(OscillometryFlags.Irregular);
        }

        double doubt = Math.Sqrt(Square(Doubt(like, height, top)) + Square(HeightOfUnlike * moved / height[top]));
        double flat = 1 - Math.Sqrt(Square(1 - FlatShare) + Square(doubt));
        if (flat < LeastFlatShare)
        {
            return Without(OscillometryFlags.Irregular);
        }

        if (Math.Max(height[..top].Min(), height[top..].Min()) > TopShare * height[top] || Math.Max(height[0], height[^1]) > flat * height[top])
        {
            return Without(OscillometryFlags.TopNotPassed);
        }

        OscillometryResult answer = Answer(like, height, top, doubt, flat, oscillation.RateHz, from, to);
        if (answer.MeanHalfWidthMmHg > WidestMmHg)
        {
            return Without(OscillometryFlags.Irregular);
        }

        return like.Length < 0.8 * heard.Length ? answer with { Flags = answer.Flags | OscillometryFlags.Irregular } : answer;
    }

    /// <summary>The most that is left of two swings in a row when what is most like them is taken off; 0 where it is no more than this cuff's noise and the change of shape
    /// from pulse to pulse leave.</summary>
    private static double Moved(double[] unlike, double tall)
    {
        double two = unlike.Zip(unlike.Skip(1), Math.Min).Max();
        return two > Math.Max(UsualUnlikeShare * tall, UnlikeTimes * unlike.Order().ElementAt(unlike.Length / 2)) ? two : 0;
    }

    /// <param name="doubt">Of the envelope, share of its top.</param>
    /// <param name="flat">Share of the top over which the envelope is not told from it.</param>
    private OscillometryResult Answer(CuffPulse[] pulses, double[] height, int top, double doubt, double flat, double rateHz, int from, int to)
    {
        double mean = TopOf(pulses, height, top);
        double most = height[top];
        double? systolic = Above(pulses, height, top, SystolicRatio * most);
        double? diastolic = Below(pulses, height, top, DiastolicRatio * most);
        double seconds = (samples.AtNs[to] - samples.AtNs[from]) * 1e-9;
        double fall = (samples.MmHg[from] - samples.MmHg[to]) / seconds;
        double[] intervals = [.. pulses.Zip(pulses.Skip(1), (a, b) => (b.At - a.At) / rateHz).Order()];
        double beat = intervals[intervals.Length / 2];
        int first = Array.FindIndex(height, h => h > flat * most), last = Array.FindLastIndex(height, h => h > flat * most);
        double highest = Between(pulses[first].CuffMmHg, pulses[first - 1].CuffMmHg, height[first], height[first - 1], flat * most);
        double lowest = Between(pulses[last].CuffMmHg, pulses[last + 1].CuffMmHg, height[last], height[last + 1], flat * most);
        double off = Math.Max(highest - mean, mean - lowest);
        double? low = Above(pulses, height, top, (HighestRatio + doubt) * most), high = Above(pulses, height, top, (LowestRatio - doubt) * most);
        double step = fall * beat / 2;
        OscillometryFlags flags = systolic is null ? OscillometryFlags.NotAboveSystolic : OscillometryFlags.SystolicByFixedRatio;
        flags |= fall > 4 ? OscillometryFlags.TooFastDeflation : 0;
        double? half = systolic is { } s ? Math.Sqrt(step * step + Square(Math.Max((high ?? s + (s - (low ?? mean))) - s, s - (low ?? mean)))) : null;
        return new OscillometryResult(
            MeasurementState.Measured, mean, Math.Sqrt(off * off + step * step), systolic, half, diastolic, fall, 60 / beat, pulses.Length, flags,
            samples.AtNs[from], samples.AtNs[to]);
    }

    /// <summary>How far noise, the converter's step, breath and rhythm leave the smoothed envelope in doubt: 95 % half width, share of its top. Read off how far the
    /// heights of its upper half lie off it.</summary>
    private static double Doubt(CuffPulse[] pulses, double[] height, int top)
    {
        (double sum, int count) = (0, 0);
        for (int k = 2; k < height.Length - 2; k++)
        {
            if (height[k] >= UpperHalf * height[top])
            {
                sum += Square(pulses[k].HeightMmHg - height[k]);
                count++;
            }
        }

        return DoubtDeviations * SmoothedShare * Math.Sqrt(sum / Math.Max(1, count)) / height[top];
    }

    /// <summary>The longest stretch in which the cuff falls by itself: after its highest second, until it is let off at once, is pumped up again or empty.</summary>
    /// <returns>Its first and last sample; how deep the deepest of the others is, mmHg.</returns>
    private (int From, int To, double AnotherMmHg) Fall(double rate)
    {
        ReadOnlySpan<double> mmHg = samples.MmHg;
        int second = (int)rate;
        double[] sums = new double[mmHg.Length + 1];
        for (int k = 0; k < mmHg.Length; k++)
        {
            sums[k + 1] = sums[k] + mmHg[k];
        }

        // means of a second, so that the pulses themselves are no fall
        double Mean(int end) => (sums[end] - sums[end - second]) / second;
        (int bestFrom, int bestTo, int from) = (0, 0, -1);
        (double another, double deepest) = (0, 0);
        for (int k = 2 * second; k < mmHg.Length; k++)
        {
            double slope = Mean(k) - Mean(k - second);
            double usual = from >= 0 && k - from > second ? (Mean(from) - Mean(k - second)) * second / (k - second - from) : 0;
            double fastest = usual > 0 ? Math.Clamp(LetOff * usual, SlowestLetOffMmHgPerS, FastestMmHgPerS) : FastestMmHgPerS;
            bool falling = slope < 1 && slope > -fastest && mmHg[k] > LowestMmHg;
            bool begins = falling && from < 0;
            from = falling ? (begins ? k : from) : -1;
            deepest = begins ? 0 : falling ? Math.Max(deepest, mmHg[from] - mmHg[k]) : deepest;
            if (falling && mmHg[from] - mmHg[k] > mmHg[bestFrom] - mmHg[bestTo])
            {
                another = from == bestFrom ? another : Math.Max(another, mmHg[bestFrom] - mmHg[bestTo]);
                (bestFrom, bestTo) = (from, k);
            }
            else if (from >= 0 && from != bestFrom)
            {
                another = Math.Max(another, deepest);
            }
        }

        return (bestFrom, bestTo, another);
    }

    private static bool IsLikeNeighbours(CuffPulse[] pulses, int at)
    {
        int from = Math.Clamp(at - 2, 0, Math.Max(0, pulses.Length - 5));
        double[] five = [.. pulses.Skip(from).Take(5).Select(p => p.HeightMmHg).Order()];
        double middle = five[five.Length / 2];
        return Math.Abs(pulses[at].HeightMmHg - middle) <= OffNeighbours * middle;
    }

    private static double[] Smoothed(CuffPulse[] pulses)
    {
        double[] smooth = new double[pulses.Length];
        double[] weights = [1, 2, 3, 2, 1];
        for (int k = 0; k < pulses.Length; k++)
        {
            double sum = 0, weight = 0;
            for (int j = -2; j <= 2; j++)
            {
                if (k + j >= 0 && k + j < pulses.Length)
                {
                    sum += weights[j + 2] * pulses[k + j].HeightMmHg;
                    weight += weights[j + 2];
                }
            }

            smooth[k] = sum / weight;
        }

        return smooth;
    }

    /// <summary>Pressure at the top: mean of the pressures around it, weighted by how far the envelope stands over 0.85 of its height.</summary>
    private static double TopOf(CuffPulse[] pulses, double[] height, int top)
    {
        int first = top, last = top;
        double least = TopShare * height[top];
        while (first > 0 && height[first - 1] > least)
        {
            first--;
        }

        while (last < height.Length - 1 && height[last + 1] > least)
        {
            last++;
        }

        double sum = 0, weight = 0;
        for (int k = first; k <= last; k++)
        {
            double over = Square(height[k] - least);
            sum += over * pulses[k].CuffMmHg;
            weight += over;
        }

        return sum / weight;
    }

    /// <summary>Pressure above the top at which the envelope first falls to a height; null where it never does.</summary>
    private static double? Above(CuffPulse[] pulses, double[] height, int top, double wanted)
    {
        for (int k = top; k > 0; k--)
        {
            if (height[k - 1] <= wanted)
            {
                return Between(pulses[k].CuffMmHg, pulses[k - 1].CuffMmHg, height[k], height[k - 1], wanted);
            }
        }

        return null;
    }

    private static double? Below(CuffPulse[] pulses, double[] height, int top, double wanted)
    {
        for (int k = top; k + 1 < height.Length; k++)
        {
            if (height[k + 1] <= wanted)
            {
                return Between(pulses[k].CuffMmHg, pulses[k + 1].CuffMmHg, height[k], height[k + 1], wanted);
            }
        }

        return null;
    }

    private static double Between(double one, double other, double heightOne, double heightOther, double wanted) =>
        heightOne == heightOther ? one : one + (other - one) * (heightOne - wanted) / (heightOne - heightOther);

    private static double Square(double value) => value * value;

    private OscillometryResult Without(OscillometryFlags why) => new(
        MeasurementState.Unreadable, null, null, null, null, null, null, null, 0, why, samples.Count > 0 ? samples.AtNs[0] : 0, samples.Count > 0 ? samples.AtNs[^1] : 0);
}
