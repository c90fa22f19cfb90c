using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>Systolic pressure of a toe or finger: the cuff pressure at which pulses return while the cuff falls. A fold over two channels with times
/// of their own; <see cref="Finish"/> answers.</summary>
/// <remarks>
/// The noise floor while occluded decides. A rise above it counts as the first pulse when three of the next four beats stand above the floor and are
/// like it, and the heights grow; a burst fails one of these. A line through the first confirmed heights, straightened by the power by which pulses
/// grow, is carried back to no pulse and undoes the late detection of every threshold rule (at most 8 mmHg). Below 20 mmHg the veins empty: the answer
/// is "under", and under more where rises go on to the end without being confirmed. What repeats itself faster than the patient's heart while the artery
/// is closed, or near the end point, is a trembling: unreadable. What is there at the top, as high as a pulse and readable, is one: above the limit.
/// <para>What is answered for is the mean of the systolic pressures of the beats. In an irregular heart the first pulses to pass are strong ones and it reads
/// a little high (1.3 mmHg on simulated fibrillation, 2.5 with every fifth beat early), which the half width covers in more than 95 of 100 such runs: it
/// joins half a beat's fall, the line's own error, the change of the systolic pressure from beat to beat and the cuff's error.</para>
/// Memory is bounded: five minutes after the first sample the rest is not taken (flag <c>run_too_long</c>); samples closer than 6 ms are averaged.
/// </remarks>
public sealed class ReturnOfPulse
{
    /// <summary>Name and version of the method as findings carry them.</summary>
    public const string Method = "return-of-pulse";
    public const int Version = 4;

    private const long LongestNs = 300_000_000_000;
    private const long BinNs = 6_000_000;
    private const int MostSamples = 52_000;
    private const int MostGaps = 64;
    private readonly double cuffAccuracyMmHg;
    private readonly Channel cuff = new();
    private readonly Channel pleth = new();
    private readonly long[] gaps = new long[MostGaps];
    private int gapCount;
    private long? startNs;
    private bool tooLong;

    /// <param name="cuffAccuracyMmHg">95 % half width of the cuff's own reading, mmHg, 0 or more; part of the uncertainty.</param>
    public ReturnOfPulse(double cuffAccuracyMmHg = 1.0)
    {
        if (!(cuffAccuracyMmHg >= 0 && double.IsFinite(cuffAccuracyMmHg)))
        {
            throw new ArgumentOutOfRangeException(nameof(cuffAccuracyMmHg), cuffAccuracyMmHg, "The cuff's accuracy is 0 mmHg or more.");
        }

        this.cuffAccuracyMmHg = cuffAccuracyMmHg;
    }

    /// <summary>One reading of the cuff, mmHg, at any rate from about 2 Hz. Times must not go back within a channel: such a sample is left out.</summary>
    public void Cuff(long atNs, double mmHg) => Take(cuff, atNs, mmHg);

    /// <summary>One plethysmogram sample, device counts, 32 Hz or more.</summary>
    public void Pleth(long atNs, double counts) => Take(pleth, atNs, counts);

    /// <summary>A loss on either channel. Beyond 64 gaps the last place is overwritten.</summary>
    public void Gap(long atNs)
    {
        gaps[Math.Min(gapCount, MostGaps - 1)] = atNs;
        gapCount = Math.Min(gapCount + 1, MostGaps);
    }

    /// <summary>The answer from everything taken so far; more may be given after it.</summary>
    public ReturnOfPulseResult Finish() => Judge(running: false);

    /// <summary>What can be drawn while the cuff still falls: without a baseline the pulses may yet grow out of the noise, so it refuses none for it.</summary>
    internal ReturnOfPulseResult SoFar() => Judge(running: true);

    private ReturnOfPulseResult Judge(bool running)
    {
        ReturnOfPulseResult result = new FallingCuff(
            new CuffTrace(cuff.AtNs, cuff.Values, cuff.Count),
            pleth.AtNs,
            pleth.Values,
            pleth.Count,
            gaps.AsMemory(0, gapCount),
            cuffAccuracyMmHg).Judge(running);
        return tooLong ? result with { Flags = result.Flags | ReturnOfPulseFlags.RunTooLong } : result;
    }

    private void Take(Channel channel, long atNs, double value)
    {
        if (!double.IsFinite(value))
        {
            Gap(atNs);
            return;
        }

        startNs ??= atNs;
        if (atNs - startNs > LongestNs || !channel.Add(atNs, value))
        {
            tooLong = true;
        }
    }

    /// <summary>Samples of one channel, those closer than the bin averaged.</summary>
    private sealed class Channel
    {
        private int inBin;

        public long[] AtNs { get; } = new long[MostSamples];

        public double[] Values { get; } = new double[MostSamples];

        public int Count { get; private set; }

        public bool Add(long atNs, double value)
        {
            if (Count > 0 && atNs - AtNs[Count - 1] < BinNs)
            {
                inBin++;
                Values[Count - 1] += (value - Values[Count - 1]) / inBin;
                return true;
            }

            if (Count == MostSamples)
            {
                return false;
            }

            (AtNs[Count], Values[Count]) = (atNs, value);
            inBin = 1;
            Count++;
            return true;
        }
    }
}
