using System.Buffers;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside.Live;

/// <summary>The traces of the running examination: written by the thread that owns it, read by every page at its own pace.</summary>
/// <remarks>Nothing is allocated per sample. A page that is slower than the trace loses its oldest samples, counted; it never slows the examination.</remarks>
public sealed class LiveTraces(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<TraceHistory> _traces = [];
    private long _generation;
    private long _tapeNs;
    private long _stampedAt;
    private double? _speed = 1;
    private bool _standsStill = true;

    /// <summary>Counts examinations: a reader that sees another number begins anew.</summary>
    public long Generation
    {
        get
        {
            lock (_gate)
            {
                return _generation;
            }
        }
    }

    /// <summary>Another examination: its channels, in the order of its settings.</summary>
    public void Begin(IReadOnlyList<ChannelTrace> channels)
    {
        ArgumentNullException.ThrowIfNull(channels);
        lock (_gate)
        {
            _traces.Clear();
            _traces.AddRange(channels.Select(c => new TraceHistory(c.Number, c.Name, c.PeriodNs)));
            _generation++;
        }
    }

    /// <summary>Takes what one record said. The owner's thread.</summary>
    public void Take(in TapeRecord record, ExaminationFold fold)
    {
        ArgumentNullException.ThrowIfNull(fold);
        lock (_gate)
        {
            (_tapeNs, _stampedAt, _speed, _standsStill) = (fold.LastAtNs, time.GetTimestamp(), fold.Speed, fold.IsEnded);
            if (record.Link == 0 || Of(record.Link) is not { } trace)
            {
                return;
            }

            if (record.Type is TapeRecordType.Closed or TapeRecordType.Silent)
            {
                trace.Lose(TraceLoss.Line);
            }

            IReadOnlyList<Reading> readings = fold.LastReadings;
            for (int i = 0; i < readings.Count; i++)
            {
                Take(trace, readings[i]);
            }
        }
    }

    /// <summary>One sample that comes from no device: what a simulated ear hears.</summary>
    public void Add(ushort channel, long atNs, float value)
    {
        lock (_gate)
        {
            Of(channel)?.Add(atNs, value);
        }
    }

    /// <summary>Writes what the reader has not seen, and moves it on.</summary>
    /// <returns>True when anything was written.</returns>
    internal bool Read(LiveReader reader, IBufferWriter<byte> wire)
    {
        lock (_gate)
        {
            if (reader.Generation != _generation)
            {
                return false;
            }

            bool any = false;
            foreach (TraceHistory trace in _traces)
            {
                any |= reader.Read(trace, wire);
            }

            return any;
        }
    }

    /// <summary>The tape's time now as the page may assume it, and the speed it runs at: 0 when it stands still, null when it is not paced.</summary>
    public (long TapeNowNs, double? Speed) Clock()
    {
        lock (_gate)
        {
            if (_standsStill || _speed is not { } speed)
            {
                return (_tapeNs, _standsStill ? 0 : null);
            }

            double since = time.GetElapsedTime(_stampedAt).TotalSeconds;
            return (_tapeNs + (long)(Math.Min(since, 1.5) * speed * 1e9), speed);
        }
    }

    internal (long Generation, IReadOnlyList<(ushort Channel, string Name, long PeriodNs)> Channels) Channels()
    {
        lock (_gate)
        {
            return (_generation, [.. _traces.Select(t => (t.Channel, t.Name, t.PeriodNs))]);
        }
    }

    private static void Take(TraceHistory trace, in Reading reading)
    {
        switch (reading.Kind)
        {
            case ReadingKind.PlethSample when (reading.Marks & (QualityMarks.SensorAlarm | QualityMarks.SensorDisconnected)) != 0:
                trace.Lose(TraceLoss.Sensor);
                break;
            case ReadingKind.PlethSample:
            case ReadingKind.CuffPressure or ReadingKind.TranscutaneousOxygen when reading.HasValue:
                trace.Add(reading.AtNs, (float)reading.Value);
                break;
            case ReadingKind.Refused:
                trace.Lose(TraceLoss.Bytes);
                break;
        }
    }

    private TraceHistory? Of(ushort channel)
    {
        for (int i = 0; i < _traces.Count; i++)
        {
            if (_traces[i].Channel == channel)
            {
                return _traces[i];
            }
        }

        return null;
    }
}

/// <summary>One trace of an examination.</summary>
/// <param name="Number">The link's number on the tape; above them what comes from no link.</param>
/// <param name="PeriodNs">Time between samples; 0 where each has its own.</param>
public readonly record struct ChannelTrace(ushort Number, string Name, long PeriodNs);
