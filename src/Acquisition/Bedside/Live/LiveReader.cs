using System.Buffers;

namespace Vascular.Acquisition.Bedside.Live;

/// <summary>How far one page has read each trace, and what it missed.</summary>
internal sealed class LiveReader(long generation)
{
    /// <summary>Samples are even when they stand within this of where the block's period puts them.</summary>
    private const long EvenWithinNs = 1_000_000;

    private readonly Dictionary<ushort, Place> _places = [];

    public long Generation { get; } = generation;

    /// <summary>Samples this page was too slow for.</summary>
    public long Missed { get; private set; }

    public bool Read(TraceHistory trace, IBufferWriter<byte> wire)
    {
        Place place = _places.GetValueOrDefault(trace.Channel);
        if (place.Next < trace.Oldest)
        {
            // A page that has just come has missed nothing: it is filled from the oldest that is kept.
            Missed += place.Seen ? trace.Oldest - place.Next : 0;
            place = place with { Next = trace.Oldest };
        }

        bool any = false;
        while (place.Next < trace.Written)
        {
            place = Block(trace, place, wire);
            any = true;
        }

        if (trace.Open is { } open && place.ToldOpen != open.SinceNs)
        {
            LiveBlock.Gap(wire, trace.Channel, open.Why, (uint)Missed, open.SinceNs, -1);
            place = place with { ToldOpen = open.SinceNs };
            any = true;
        }

        _places[trace.Channel] = place with { Seen = true };
        return any;
    }

    /// <summary>The longest run without a break, and the gap before it.</summary>
    private Place Block(TraceHistory trace, Place place, IBufferWriter<byte> wire)
    {
        long from = place.Next;
        ref readonly TraceSample first = ref trace[from];
        if (first.Loss != TraceLoss.None && from > trace.Oldest)
        {
            LiveBlock.Gap(wire, trace.Channel, first.Loss, (uint)Missed, trace[from - 1].AtNs, first.AtNs);
        }

        long to = from + 1;
        while (to < trace.Written && to - from < LiveBlock.MostSamples && trace[to].Joined && Fits(trace, first.AtNs, from, to))
        {
            to++;
        }

        int count = (int)(to - from);
        if (trace.PeriodNs > 0)
        {
            LiveBlock.BeginSamples(wire, trace.Channel, count, (uint)Missed, first.AtNs, trace.PeriodNs, first.Joined);
            for (long i = from; i < to; i++)
            {
                LiveBlock.AddSample(wire, trace[i].Value);
            }
        }
        else
        {
            LiveBlock.BeginPoints(wire, trace.Channel, count, (uint)Missed, first.AtNs, first.Joined);
            for (long i = from; i < to; i++)
            {
                LiveBlock.AddPoint(wire, trace[i].AtNs - first.AtNs, trace[i].Value);
            }
        }

        return place with { Next = to };
    }

    private static bool Fits(TraceHistory trace, long startNs, long from, long at) =>
        trace.PeriodNs == 0 || Math.Abs(trace[at].AtNs - startNs - ((at - from) * trace.PeriodNs)) <= EvenWithinNs;

    private readonly record struct Place(long Next, bool Seen, long? ToldOpen);
}
