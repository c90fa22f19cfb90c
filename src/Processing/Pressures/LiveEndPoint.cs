using Vascular.Processing.Vocabulary;

namespace Vascular.Processing.Pressures;

/// <summary>How an end point stands while the cuff falls.</summary>
public enum EndPointStanding
{
    /// <summary>Pulses seem to have returned: to be drawn, not to be reported.</summary>
    Provisional,

    /// <summary>What came after did not bear it out.</summary>
    Withdrawn,

    /// <summary>The run is over and this is its answer.</summary>
    Confirmed,
}

/// <summary>One statement about the end point of a running deflation.</summary>
/// <param name="SaidAtNs">Time of the sample at which it could be said.</param>
/// <param name="EndPointAtNs">When the cuff passed the systolic pressure; of a withdrawn one, where it had been.</param>
/// <param name="MmHg">Cuff pressure there.</param>
public readonly record struct EndPointMark(EndPointStanding Standing, long SaidAtNs, long EndPointAtNs, double MmHg);

/// <summary>A falling cuff watched while it falls: the same fold as <see cref="ReturnOfPulse"/>, which twice a second is asked what it would answer.</summary>
/// <remarks>
/// A provisional end point is said once, again only when it moves by more than its resolution, and withdrawn when it no longer stands.
/// The finding does not come from here: it is what <see cref="ReturnOfPulse.Finish"/> says of the whole run, a function of the taped records alone.
/// Times are those of the samples, so any blocks give the same marks.
/// </remarks>
public sealed class LiveEndPoint(double cuffAccuracyMmHg = 1.0)
{
    private const long EveryNs = 500_000_000;
    private const double MovedMmHg = 1;
    private const double FallenMmHg = 10;

    private readonly ReturnOfPulse run = new(cuffAccuracyMmHg);
    private double topMmHg = double.NegativeInfinity;
    private double lastMmHg;
    private long? nextNs;
    private long lastNs;

    /// <summary>The end point that stands; null where none does.</summary>
    public EndPointMark? Standing { get; private set; }

    /// <summary>One reading of the cuff, mmHg.</summary>
    public void Cuff(long atNs, double mmHg)
    {
        run.Cuff(atNs, mmHg);
        if (double.IsFinite(mmHg))
        {
            (lastMmHg, topMmHg) = (mmHg, Math.Max(topMmHg, mmHg));
        }
    }

    /// <summary>A loss on either channel.</summary>
    public void Gap(long atNs) => run.Gap(atNs);

    /// <summary>One plethysmogram sample, counts; true when there is something to say.</summary>
    public bool TryPleth(long atNs, double counts, out EndPointMark mark)
    {
        mark = default;
        run.Pleth(atNs, counts);
        lastNs = atNs;
        nextNs ??= atNs + EveryNs;
        if (atNs < nextNs)
        {
            return false;
        }

        nextNs = atNs + EveryNs;
        return topMmHg - lastMmHg >= FallenMmHg && TryMark(run.SoFar(), EndPointStanding.Provisional, out mark);
    }

    /// <summary>The run is over: its answer, and whether the end point is confirmed or withdrawn.</summary>
    public ReturnOfPulseResult Finish(out EndPointMark? mark)
    {
        ReturnOfPulseResult result = run.Finish();
        mark = TryMark(result, EndPointStanding.Confirmed, out EndPointMark said) ? said : null;
        return result;
    }

    private bool TryMark(in ReturnOfPulseResult result, EndPointStanding standing, out EndPointMark mark)
    {
        mark = default;
        if (result is { State: MeasurementState.Measured, SystolicMmHg: { } mmHg, EndPointAtNs: { } endNs })
        {
            if (standing == EndPointStanding.Provisional && Standing is { } stands && Math.Abs(stands.MmHg - mmHg) <= MovedMmHg)
            {
                return false;
            }

            mark = new EndPointMark(standing, lastNs, endNs, mmHg);
            Standing = mark;
            return true;
        }

        if (Standing is not { } fallen)
        {
            return false;
        }

        mark = fallen with { Standing = EndPointStanding.Withdrawn, SaidAtNs = lastNs };
        Standing = null;
        return true;
    }
}
