namespace Vascular.Processing.Oxygen;

/// <summary>Whether the tension moved by more than a limit within the length of one median, wherever the medians happen to begin.</summary>
/// <remarks>A ramp as long as a median may fall half into one and half into the next, so that neither step shows it: a median is held against the one before
/// the last, too, and against the one before that, since noise moves one median and a jump leaves both behind. As that is a change in twice the time, it is a jump
/// only where two readings at most one length apart say so as well: a slow rise (oxygen that is breathed) is none. One wrong reading moves no median.</remarks>
internal sealed class TensionJump(double limitMmHg, double lengthS)
{
    /// <summary>Readings held: three lengths of ten seconds at 2 Hz need 60. Older ones are let go.</summary>
    private const int Most = 128;

    private readonly long lengthNs = (long)(lengthS * 1e9);
    private readonly (long AtNs, double MmHg)[] readings = new (long, double)[Most];
    private int next;
    private int held;
    private double? last;
    private double? beforeLast;
    private double? beforeThat;
    private bool lastMightFall;

    public void Restart() => (next, held, last, beforeLast, beforeThat) = (0, 0, null, null, null);

    public void Add(long atNs, double mmHg)
    {
        readings[next] = (atNs, mmHg);
        (next, held) = ((next + 1) % Most, Math.Min(held + 1, Most));
    }

    /// <summary>Takes the median of a stretch that ended at <paramref name="toNs"/>; true for a jump that ends in it.</summary>
    /// <param name="mayFall">True while the skin is being reached: a fall is none then, and none from then on to the next median.</param>
    public bool Ends(long toNs, double mmHg, bool mayFall)
    {
        double step = mmHg - last ?? 0;
        bool jumped = step > limitMmHg || (step < -limitMmHg && !mayFall);
        if (!jumped && beforeLast is { } before)
        {
            double rise = mmHg - Math.Max(before, beforeThat ?? before), fall = Math.Min(before, beforeThat ?? before) - mmHg;
            jumped = (rise > limitMmHg && Moved(toNs, 1)) || (fall > limitMmHg && !mayFall && !lastMightFall && Moved(toNs, -1));
        }

        (beforeThat, beforeLast, last, lastMightFall) = (beforeLast, last, mmHg, mayFall);
        return jumped;
    }

    /// <summary>Whether two readings of the last three lengths, at most one length apart, differ by more than the limit in this direction.</summary>
    private bool Moved(long toNs, double direction)
    {
        for (int k = 1; k <= held; k++)
        {
            (long lateNs, double late) = Back(k);
            for (int j = k + 1; j <= held && Back(j) is var (earlyNs, early) && lateNs - earlyNs <= lengthNs && earlyNs >= toNs - 3 * lengthNs; j++)
            {
                if (direction * (late - early) > limitMmHg)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private (long AtNs, double MmHg) Back(int back) => readings[(next - back + Most) % Most];
}
