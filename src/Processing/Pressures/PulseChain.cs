namespace Vascular.Processing.Pressures;

/// <summary>Follows pulses from a candidate on: one in each beat's window, and how alike they are.</summary>
internal sealed class PulseChain(UpstrokeTrace rises, double[] counts, int count)
{
    private const double Early = 0.6;
    private const double Late = 1.65;
    private const double AroundS = 0.2;
    private const double LikeFrom = 0.5;
    /// <summary>Beats, the candidate with them, on which the judgement of growth rests.</summary>
    public const int Judged = 10;

    /// <summary>Beats whose median is the height of a pulse.</summary>
    public const int InARow = 5;

    private const int Next = 4;
    private const int Needed = 3;
    private const double GrowsBy = 1.15;
    private const double Towers = 2;
    private const double Bursts = 3;

    /// <summary>The candidate and the highest rise in each following beat's window, at most <paramref name="most"/>. A beat without one (a weak
    /// beat that did not pass the cuff) leaves a rise no higher than the noise in its place.</summary>
    public List<Upstroke> From(int first, List<Upstroke> found, double intervalS, int most)
    {
        List<Upstroke> chain = new(most) { found[first] };
        int at = first + 1;
        double beat = intervalS / rises.PeriodS;
        while (chain.Count < most && chain[^1].Index + Late * beat < count)
        {
            int last = chain[^1].Index;
            Upstroke? best = null;
            for (; at < found.Count && found[at].Index <= last + Late * beat; at++)
            {
                best = found[at].Index >= last + Early * beat && !(best?.Height > found[at].Height) ? found[at] : best;
            }

            chain.Add(best ?? rises.Highest(last + (int)(0.9 * beat), last + (int)(1.1 * beat) + 1));
            while (at > 0 && found[at - 1].Index > chain[^1].Index)
            {
                at--;
            }
        }

        return chain;
    }

    /// <summary>Three of the next four beats stand over the floor and are like the candidate.</summary>
    public bool Continues(List<Upstroke> chain, double threshold)
    {
        if (chain.Count < Next + 1)
        {
            return false;
        }

        int over = 0;
        int alike = 0;
        for (int k = 1; k <= Next; k++)
        {
            over += chain[k].Height > threshold && !IsBurst(chain, k) ? 1 : 0;
            alike += Likeness(chain[0], chain[k]) >= LikeFrom ? 1 : 0;
        }

        return over >= Needed && alike >= Needed - 1;
    }

    /// <summary>The heights go up, and the candidate is no burst towering over what follows.</summary>
    public static bool Grows(List<Upstroke> chain)
    {
        double[] next = [.. chain.Skip(1).Take(Next).Select(u => u.Height).Order()];
        double[] later = [.. chain.Skip(Next).Take(Judged - Next).Select(u => u.Height).Order()];
        double usual = (next[1] + next[2]) / 2;
        return chain[0].Height <= Towers * usual && Math.Max(later[later.Length / 2], usual) > GrowsBy * chain[0].Height;
    }

    /// <summary>The tallest five heights in a row, by their median, which a burst of two does not raise; of fewer, the median of all, and 0 of none.</summary>
    public static double Tallest(ReadOnlySpan<double> heights)
    {
        Span<double> row = stackalloc double[InARow];
        double tallest = 0;
        for (int k = 0; k < Math.Max(1, heights.Length - InARow + 1) && heights.Length > 0; k++)
        {
            Span<double> few = row[..Math.Min(InARow, heights.Length)];
            heights.Slice(k, few.Length).CopyTo(few);
            few.Sort();
            tallest = Math.Max(tallest, few[few.Length / 2]);
        }

        return tallest;
    }

    /// <summary>Far above both beats after it: pulses under a falling cuff do not shrink like that.</summary>
    private static bool IsBurst(List<Upstroke> chain, int at)
    {
        double next = 0;
        for (int k = at + 1; k <= at + 2 && k < chain.Count; k++)
        {
            next = Math.Max(next, chain[k].Height);
        }

        return chain[at].Height > Bursts * next && at + 1 < chain.Count;
    }

    private double Likeness(Upstroke one, Upstroke other)
    {
        int around = (int)(AroundS / rises.PeriodS);
        int first = Math.Min(one.Index, other.Index), last = Math.Max(one.Index, other.Index);
        return first < around || last + around >= count
            ? 0
            : Signals.PulseTemplate.Correlation(counts.AsSpan(one.Index - around, 2 * around), counts.AsSpan(other.Index - around, 2 * around));
    }
}
