namespace Vascular.Processing.Pressures;

/// <summary>A trembling toe: what repeats itself faster than any heart, or than this patient's did before the cuff was pumped up, and lasts.</summary>
/// <remarks>It is looked for in the rises that are judged and in quicker ones: those over 160 ms are blind to 6 Hz, though it makes pulses unlike.</remarks>
internal sealed class Trembling(UpstrokeTrace rises, Lazy<UpstrokeTrace> quickRises)
{
    /// <summary>On simulated runs a trembling repeats itself with a correlation of 0.8 and more somewhere; noise seldom does so with 0.7 within the length of a beat.</summary>
    private const double RepeatsFrom = 0.7;

    /// <summary>A trembling is there in both halves of what is looked at; a burst, and noise that repeats itself by chance, in one.</summary>
    private const double LastsFrom = 0.5;

    /// <summary>No resting heart beats faster than 171 a minute: what repeats sooner is none. Where the beat is known, what comes at three quarters of it.</summary>
    private const double ShortestBeatS = 0.35;
    private const double SoonerThanBeat = 0.75;
    private const double LongestS = 0.45;
    private const double LookedAtS = 3;

    /// <summary>What is there from one sample up to before another trembles.</summary>
    /// <param name="beatS">Beat interval before inflation, s; null where it is not known.</param>
    public bool IsIn(int from, int to, double? beatS) => IsIn(rises, from, to, beatS) || IsIn(quickRises.Value, from, to, beatS);

    /// <summary>Any three seconds of these tremble.</summary>
    public bool IsWithin(int from, int to, double? beatS)
    {
        int length = (int)(LookedAtS / rises.PeriodS);
        for (int k = Math.Max(0, from); k <= Math.Min(to, rises.Count) - length; k += length / 4)
        {
            if (IsIn(k, k + length, beatS))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A trembling from three seconds before a rise to three seconds after the beats that decide about it.</summary>
    /// <param name="decideS">Length of those beats together, s.</param>
    public bool IsNear(Upstroke rise, double decideS, double? beatS) => IsWithin(
        rise.Index - (int)(LookedAtS / rises.PeriodS), rises.IndexAt(rise.AtNs + (long)((decideS + LookedAtS) * 1_000_000_000)), beatS);

    private static bool IsIn(UpstrokeTrace trace, int from, int to, double? beatS)
    {
        to = Math.Min(to, trace.Count);
        (double correlation, double period) = trace.ShortestRepeat(from, to);
        double sooner = beatS is { } beat ? Math.Min(SoonerThanBeat * beat, LongestS) : ShortestBeatS;
        int middle = (from + to) / 2;
        return correlation >= RepeatsFrom && period < sooner && trace.Repeat(from, middle, period) >= LastsFrom && trace.Repeat(middle, to, period) >= LastsFrom;
    }
}
