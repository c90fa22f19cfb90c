using System.Runtime.CompilerServices;

namespace Vascular.Processing.Signals;

/// <summary>Keeps the rises between full beats and says which of them is the pulse of a premature beat.</summary>
/// <remarks>
/// A premature beat fills the heart badly: its pulse is small, lies on the fall of the one before, and a pause follows. A dicrotic wave looks alike but
/// comes with every beat and without a pause. So a rise counts when the time to the next full beat has room for two, when it is an eighth of the usual
/// height and twice as high as the highest rise between usual beats.
/// </remarks>
internal sealed class WeakPulses
{
    private const double SmoothHz = 8;
    private const double LeastShare = 0.12;
    private const double OverUsualRise = 2;
    private const double EarliestShare = 0.5;
    private const double LatestShare = 1.2;
    private const double RoomForTwo = 1.35;
    private const double LongestRiseSeconds = 0.4;
    private const double UpstrokeSeconds = 0.15;
    private const int HeldCycles = 5;
    private const int HeldRises = 8;

    private readonly double rateHz;
    private readonly Biquad smooth;
    private readonly RiseFollower follower = new();
    private readonly RunningMedian between = new(HeldCycles);
    private readonly Rise[] rises = new Rise[HeldRises];
    private int count;
    private double? usualHeight;
    private double? interval;
    private double lastPeakAt = double.NegativeInfinity;

    public WeakPulses(double rateHz)
    {
        this.rateHz = rateHz;
        smooth = Biquad.LowPass(SmoothHz, rateHz);
    }

    /// <summary>From here a full beat is overdue, and a weak one may have taken its place; infinite while no interval is known.</summary>
    public double OverdueFrom { get; private set; } = double.PositiveInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(long index, double sample)
    {
        double value = smooth.Next(sample);
        if (follower.IsEndedBy(index, value))
        {
            Keep(follower.Ended(index, value));
        }
    }

    /// <summary>Where a weak pulse lies, once the next full beat is overdue; null while it may still come.</summary>
    public long? Due(long centre) => count > 0 && centre > OverdueFrom ? Highest(centre) : null;

    /// <summary>Where a weak pulse lies before a full beat that came late; null where there is none.</summary>
    public long? Before(double peakAt) => count > 0 && peakAt > OverdueFrom ? Highest(peakAt - UpstrokeSeconds * rateHz) : null;

    /// <summary>A beat was published: what lay between it and the one before is the usual rise between beats.</summary>
    /// <param name="usualInterval">Median interval with this beat; null before it is known.</param>
    /// <param name="usual">Median height with this beat; null before it is known.</param>
    public void Published(double peakAt, double? usualInterval, double? usual)
    {
        double highest = 0;
        int kept = 0;
        for (int k = 0; k < count; k++)
        {
            if (rises[k].TopIndex <= peakAt + UpstrokeSeconds * rateHz)
            {
                bool isBetween = rises[k].TopIndex > lastPeakAt + UpstrokeSeconds * rateHz && rises[k].TopIndex < peakAt - UpstrokeSeconds * rateHz;
                highest = isBetween && rises[k].Height > highest ? rises[k].Height : highest;
            }
            else
            {
                rises[kept++] = rises[k];
            }
        }

        count = kept;
        between.Add(highest);
        (lastPeakAt, interval, usualHeight, follower.UsualHeight) = (peakAt, usualInterval, usual, usual ?? 0);
        OverdueFrom = usualInterval is { } samples ? peakAt + RoomForTwo * samples : double.PositiveInfinity;
    }

    public void Restart()
    {
        smooth.Restart();
        follower.Restart();
        between.Clear();
        (count, usualHeight, follower.UsualHeight) = (0, null, 0);
        (lastPeakAt, interval, OverdueFrom) = (double.NegativeInfinity, null, double.PositiveInfinity);
    }

    private void Keep(in Rise rise)
    {
        if (count == HeldRises)
        {
            rises.AsSpan(1).CopyTo(rises);
            count--;
        }

        rises[count++] = rise;
    }

    private long? Highest(double before)
    {
        if (between.Median is not { } usualRise || usualHeight is not { } usual || interval is not { } beat)
        {
            return null;
        }

        double least = Math.Max(LeastShare * usual, OverUsualRise * usualRise);
        long? found = null;
        for (int k = 0; k < count; k++)
        {
            double since = rises[k].TopIndex - lastPeakAt;
            if (since >= EarliestShare * beat && since <= LatestShare * beat && rises[k].TopIndex < before
                && rises[k].Height >= least && rises[k].TopIndex - rises[k].FootIndex <= LongestRiseSeconds * rateHz)
            {
                (found, least) = (rises[k].TopIndex, rises[k].Height);
            }
        }

        return found;
    }
}
