namespace Vascular.Processing.Angiography;

/// <summary>Where the values of a run really end: a converter of fewer bits than are stored, or a limit of the chain, cuts them off inside the stored range.</summary>
/// <remarks>No attribute says it. What it looks like: the highest (or lowest) value of the run stands still from frame to frame, while values inside the range flicker with
/// quantum noise, each pixel for itself (contrast changes neighbours alike). In a run that does not flicker nothing can be told, and nothing is said. Every fourth row is looked at.</remarks>
internal sealed class RangeEnds
{
    private const int Every = 4;

    /// <summary>Readings that must have stood at an end before it counts: a lone bright pixel is no end. [D]</summary>
    private const int LeastSeen = 64;

    /// <summary>An end holds a reading into the next frame at least this often. [D]</summary>
    private const double Holds = 0.5;

    /// <summary>Inside the range a pixel changes as its neighbour does, within a count, at most this often: noise of some 2 counts or more. [D]</summary>
    private const double Alike = 0.35;

    private readonly int columns;
    private readonly ushort[] before;
    private End top = new(-1, 0, 0);
    private End bottom = new(ushort.MaxValue + 1, 0, 0);
    private long pairs;
    private long alike;

    public RangeEnds(int rows, int columns) => (this.columns, before) = (columns, new ushort[(rows + Every - 1) / Every * columns]);

    /// <summary>Takes consecutive rows of a frame; frames in their order.</summary>
    public void Take(int frame, int fromRow, ReadOnlySpan<ushort> pixels)
    {
        for (int row = (Every - fromRow % Every) % Every; row * columns < pixels.Length; row += Every)
        {
            ReadOnlySpan<ushort> line = pixels.Slice(row * columns, columns);
            Span<ushort> last = before.AsSpan((fromRow + row) / Every * columns, columns);
            if (frame > 0)
            {
                Compare(last, line);
            }

            line.CopyTo(last);
        }
    }

    /// <summary>The scale with the ends it has here.</summary>
    public IntensityScale Of(IntensityScale scale)
    {
        bool isQuiet = pairs == 0 || alike > Alike * pairs;
        bool IsEnd(End end) => !isQuiet && end.Seen >= LeastSeen && end.Held >= Holds * end.Seen;
        return scale.EndingAt(IsEnd(bottom) ? bottom.Value : scale.Lowest, IsEnd(top) ? top.Value : scale.Highest);
    }

    private void Compare(ReadOnlySpan<ushort> last, ReadOnlySpan<ushort> line)
    {
        int? neighbour = null;
        for (int column = 0; column < line.Length; column++)
        {
            (ushort was, ushort now) = (last[column], line[column]);
            if (was >= top.Value)
            {
                top = End.Next(top, was, now);
            }

            if (was <= bottom.Value)
            {
                bottom = End.Next(bottom, was, now);
            }

            if (was >= top.Value || was <= bottom.Value || now >= top.Value || now <= bottom.Value)
            {
                neighbour = null;
                continue;
            }

            int change = now - was;
            if (neighbour is { } other)
            {
                pairs++;
                alike += Math.Abs(change - other) <= 1 ? 1 : 0;
            }

            neighbour = change;
        }
    }

    /// <summary>The outermost value so far, how often it was read, and how often the next frame read it again.</summary>
    private readonly record struct End(int Value, long Seen, long Held)
    {
        public static End Next(End end, ushort was, ushort now)
        {
            int held = was == now ? 1 : 0;
            return was == end.Value ? new End(was, end.Seen + 1, end.Held + held) : new End(was, 1, held);
        }
    }
}
