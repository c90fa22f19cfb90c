using System.Globalization;
using Vascular.Processing.Signals;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>A toe's PPG at rest: the last ten seconds of the trace without a break, and the medians of its accepted beats.</summary>
public sealed class TraceAttempt(Guid examination, ProtocolStep step, int number, int binding, NumberedAct start, IReadOnlyList<Channel> channels, IReadOnlyList<int> bindActs)
    : Attempt(examination, step, number, binding, start, channels, bindActs)
{
    /// <summary>Fewer accepted beats have no median worth sending (signal core, features).</summary>
    public const int FewestBeats = 5;

    private const double KeptSeconds = 10;
    private const double ShortestSeconds = 6;
    private readonly Queue<(long AtNs, int Count)> _samples = new();
    private readonly List<Beat> _beats = [];
    private readonly (int Lowest, int Highest) _rails = Rails(channels[0]);
    private readonly BeatDetector _detector = new(channels[0].SampleRateHz, Rails(channels[0]).Lowest, Rails(channels[0]).Highest);
    private readonly PulseWindow _window = new(channels[0].SampleRateHz, Rails(channels[0]).Lowest, Rails(channels[0]).Highest);
    private bool _lost;

    private double RateHz => _detector.RateHz;

    public override void Take(Channel channel, in Reading reading)
    {
        switch (reading.Kind)
        {
            case ReadingKind.PlethSample when (reading.Marks & (QualityMarks.SensorAlarm | QualityMarks.SensorDisconnected)) != 0:
                _window.LeadOff();
                Break();
                break;
            case ReadingKind.PlethSample when !reading.HasValue || reading.Waveform is { IsGradable: false }:
                _lost = true;       // no value, or the device fell back to a compressed format: no statement rests on it
                Break();
                break;
            case ReadingKind.PlethSample:
                Add(reading.AtNs, (int)reading.Value);
                break;
            case ReadingKind.Refused:
                _lost = true;
                Break();
                break;
        }
    }

    protected override void OnGap(Channel channel, long atNs) => Break();

    public override Finding Evaluate(AttemptContext context)
    {
        Method method = Methods.PulseTrace;
        if (Broken(method) is { } broken)
        {
            return broken;
        }

        if (_samples.Count < ShortestSeconds * RateHz)
        {
            return Unreadable(method, _samples.Count == 0 ? "no sample with the sensor on the toe" : "no six seconds of trace without a break");
        }

        long firstIndex = _detector.Count - _samples.Count;
        Beat[] accepted = [.. _beats.Where(b => b.IsAccepted && b.PeakIndex >= firstIndex)];
        PulseWord word = _window.Word;
        if (word == PulseWord.Unreadable)
        {
            return Unreadable(method, "movement, sensor off or noise: the trace allows no statement") with { Trace = Trace() };
        }

        if (word == PulseWord.Nonpulsatile && accepted.Length >= FewestBeats)
        {
            return Unreadable(method, "beats alike, but no pulse stands out of the trace: no statement") with { Trace = Trace() };
        }

        FindingPart[] parts = [.. Parts(accepted, word)];
        return Draft(MeasurementState.Measured, method, Printed(word, parts)) with
        {
            Category = word == PulseWord.Pulsatile ? "pulsatile" : "nonpulsatile",
            Flags = _lost ? ["bytes_lost"] : [],
            FromAtNs = _samples.Peek().AtNs,
            ToAtNs = _samples.Last().AtNs,
            Parts = parts,
            Trace = Trace(),
        };
    }

    private void Add(long atNs, int count)
    {
        if (_samples.Count >= (int)(KeptSeconds * RateHz))
        {
            _samples.Dequeue();
        }

        _samples.Enqueue((atNs, count));
        _window.Add(count);
        if (_detector.TryNext(count, out Beat beat))
        {
            if (_beats.Count >= 64)
            {
                _beats.RemoveAt(0);
            }

            _beats.Add(beat);
        }
    }

    /// <summary>Ends of the trace's counts: at one of them nothing is known of a sample. 16 bits unless its protocol says otherwise.</summary>
    private static (int Lowest, int Highest) Rails(Channel channel) => channel.Waveform is { IsGradable: true } trace ? (trace.LowestCount, trace.HighestCount) : (0, ushort.MaxValue);

    /// <summary>What was before a break is not joined to what comes after.</summary>
    private void Break()
    {
        if (_samples.Count > 0)
        {
            _samples.Clear();
            _detector.Restart();
            _window.Restart();
        }
    }

    private FindingTrace Trace() => new(_samples.Peek().AtNs, (long)(1e9 / RateHz), [.. _samples.Select(s => (int?)s.Count)], _rails.Lowest, _rails.Highest);

    private static string Printed(PulseWord word, FindingPart[] parts) =>
        parts.FirstOrDefault(p => p.Name == "pulse-rate")?.Value is { } rate
            ? string.Create(CultureInfo.InvariantCulture, $"pulsatile, {Math.Floor(rate + 0.5):0}/min")
            : word == PulseWord.Pulsatile ? "pulsatile" : "nonpulsatile";

    private IEnumerable<FindingPart> Parts(Beat[] accepted, PulseWord word)
    {
        if (accepted.Length < FewestBeats)
        {
            string why = word == PulseWord.Nonpulsatile ? "no pulse stands out of the noise" : "fewer than five beats alike";
            yield return new FindingPart("pulse-amplitude", null, "{counts}", why);
            yield return new FindingPart("crest-time", null, "ms", why);
            if (word == PulseWord.Nonpulsatile)
            {
                yield return new FindingPart("smallest-visible-pulse", _window.SmallestVisiblePulse, "{counts}");
            }

            yield break;
        }

        yield return new FindingPart("pulse-amplitude", Median([.. accepted.Select(b => b.Amplitude)]), "{counts}");
        double[] crests = [.. accepted.Where(b => b.CrestTimeMs is not null).Select(b => b.CrestTimeMs!.Value)];
        yield return crests.Length >= FewestBeats
            ? new FindingPart("crest-time", Median(crests), "ms")
            : new FindingPart("crest-time", null, "ms", "no clear foot in five beats");
        if (_detector.PulsePerMinute is { } rate)
        {
            yield return new FindingPart("pulse-rate", rate, "/min");
        }

        yield return new FindingPart("accepted-beats", accepted.Length, "1");
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        int middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
