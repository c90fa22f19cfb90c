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
    private const double LongestRiseSeconds = 0.3;
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

    public WeakPulses(double rateHz)
    {
        this.rateHz = rateHz;
        smooth = Biquad.LowPass(SmoothHz, rateHz);
    }

    /// <param name="usual">Median height of the beats; null before it is known.</param>
    public void Add(long index, double sample, double? usual)
    {
        usualHeight = usual;
        if (follower.TryNext(index, smooth.Next(sample), usual ?? 0, out Rise rise))
        {
            if (count == HeldRises)
            {
                rises.AsSpan(1).CopyTo(rises);
                count--;
            }

            rises[count++] = rise;
        }
    }

    /// <summary>Where a weak pulse lies, once the next full beat is overdue; null while it may still come.</summary>
    public long? Due(long centre, double lastPeakAt, double? interval) =>
        interval is { } usual && count > 0 && centre > lastPeakAt + RoomForTwo * usual ? Highest(lastPeakAt, usual, centre) : null;

    /// <summary>Where a weak pulse lies before a full beat that came late; null where there is none.</summary>
    public long? Before(double peakAt, double lastPeakAt, double? interval) =>
        interval is { } usual && count > 0 && peakAt > lastPeakAt + RoomForTwo * usual ? Highest(lastPeakAt, usual, peakAt - UpstrokeSeconds * rateHz) : null;

    /// <summary>A beat was published: what lay between it and the one before is the usual rise between beats.</summary>
    public void Published(double peakAt, double lastPeakAt)
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
    }

    public void Restart()
    {
        smooth.Restart();
        follower.Restart();
        between.Clear();
        (count, usualHeight) = (0, null);
    }

    private long? Highest(double lastPeakAt, double interval, double before)
    {
        if (between.Median is not { } usualRise || usualHeight is not { } usual)
        {
            return null;
        }

        double least = Math.Max(LeastShare * usual, OverUsualRise * usualRise);
        long? found = null;
        for (int k = 0; k < count; k++)
        {
            double since = rises[k].TopIndex - lastPeakAt;
            if (since >= EarliestShare * interval && since <= LatestShare * interval && rises[k].TopIndex < before
                && rises[k].Height >= least && rises[k].TopIndex - rises[k].FootIndex <= LongestRiseSeconds * rateHz)
            {
                (found, least) = (rises[k].TopIndex, rises[k].Height);
            }
        }

        return found;
    }
}
