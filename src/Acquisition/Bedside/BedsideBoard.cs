using System.Collections.Concurrent;
using Vascular.Acquisition.Bedside.Live;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Station;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside;

/// <summary>The bedside's newest view: written by the thread that owns the examination, read by every page. A page is a viewer; what it does not read is replaced.</summary>
public sealed class BedsideBoard : IOnlooker
{
    /// <summary>Number of the trace of what a simulated ear hears; above every link.</summary>
    public const ushort Ear = 200;

    private readonly ConcurrentDictionary<string, DeviceNotice> _notices = new(StringComparer.Ordinal);
    private FallingCuff _falling = new();

    /// <summary>A pressure is worth looking at for so long, tape time: a hand bleeds up to 10 mmHg in it.</summary>
    public const long PressureForNs = 2_000_000_000;

    /// <summary>A pulse rate is an average of some beats; a device that has said none for so long does not know it.</summary>
    public const long PulseForNs = 10_000_000_000;

    private Guid _examination;
    private long _pulseAtNs;
    private IBedsideDoor? _door;
    private volatile BedsideView? _view;
    private volatile LiveNumbers _numbers = new(0, null, null, null);
    private volatile string? _trouble;
    private volatile TaskCompletionSource? _next;

    public BedsideBoard(TimeProvider time) => (Traces, Pages) = (new LiveTraces(time), new LivePages(time));

    /// <summary>Something changed; called on any thread, must not block.</summary>
    public event Action? Changed;

    public LiveTraces Traces { get; }

    public LivePages Pages { get; }

    /// <summary>Null while no examination has begun.</summary>
    public BedsideView? View => _view;

    public LiveNumbers Numbers => _numbers;

    /// <summary>Hours of recording that the disk still takes; null where nobody has looked.</summary>
    public double? HoursLeft { get; set; }

    /// <summary>Less room than an examination needs to begin: the running one goes on, and somebody has to make room.</summary>
    public bool IsShortOfRoom { get; set; }

    /// <summary>This station has an archive of angiograms.</summary>
    public bool HasArchive { get; private set; }

    /// <summary>Why the archive cannot be used now; null while it answers, and where there is none.</summary>
    public string? ArchiveTrouble { get; private set; }

    /// <summary>Why the examination stopped short, in words; null while all is well.</summary>
    public string? Trouble => _trouble;

    /// <summary>The examination has ended and the next one can begin.</summary>
    public bool OffersNext => _next is not null;

    /// <summary>Where acts go; null while no examination has begun.</summary>
    public IBedsideDoor? Door => Volatile.Read(ref _door);

    /// <summary>An examination has begun or was taken up again. The owner's thread.</summary>
    public void Begin(Guid examination, ExaminationFold fold, IBedsideDoor door)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(door);
        _examination = examination;
        _notices.Clear();
        (_falling, _numbers, _pulseAtNs) = (new FallingCuff(), new LiveNumbers(0, null, null, null), 0);
        Traces.Begin(
        [
            .. fold.Channels.Select(c => new ChannelTrace(c.Number, c.Settings.Name, c.SampleRateHz > 0 ? SampleNs(c) : 0)),
            new ChannelTrace(Ear, "doppler", 0),
        ]);
        Volatile.Write(ref _door, door);
        Synced(fold);
    }

    /// <summary>Lets the page ask for the next examination, and waits until it does.</summary>
    public async Task NextAskedAsync(CancellationToken cancel)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _next = asked;
        Changed?.Invoke();
        try
        {
            await asked.Task.WaitAsync(cancel);
        }
        finally
        {
            _next = null;
        }
    }

    /// <summary>Begins the next examination; nothing happens where none can begin.</summary>
    public void AskNext() => _next?.TrySetResult();

    /// <summary>The examination cannot go on.</summary>
    public void Stop(string trouble)
    {
        _trouble = trouble;
        Changed?.Invoke();
    }

    /// <summary>The archive answers (null), or why it does not. No examination waits for it.</summary>
    public void ArchiveStands(string? trouble)
    {
        (HasArchive, ArchiveTrouble) = (true, trouble);
        Changed?.Invoke();
    }

    /// <summary>What a link has to say to the person at the bedside.</summary>
    public void Tell(LinkNotice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        if (notice.Event is LinkNotice.Electrode or LinkNotice.ModemLines)
        {
            return;     // the page reads the one off the examination itself; the other is nothing to mend
        }

        if (notice.Event is LinkNotice.Connected or LinkNotice.Heard or LinkNotice.Understood or LinkNotice.Identified)
        {
            _notices.TryRemove(notice.Link, out _);
        }
        else
        {
            _notices[notice.Link] = DeviceNotice.Of(notice);
        }
    }

    public void Folded(in TapeRecord record, ExaminationFold fold)
    {
        ArgumentNullException.ThrowIfNull(fold);
        Traces.Take(record, fold);
        if (_falling.Take(record, fold) || _numbers.Mark != _falling.Newest)
        {
            _numbers = _numbers with { Mark = _falling.Newest };
            Changed?.Invoke();
        }

        IReadOnlyList<Reading> readings = fold.LastReadings;
        for (int i = 0; i < readings.Count; i++)
        {
            if (readings[i].Kind is ReadingKind.CuffPressure or ReadingKind.PulseRate)
            {
                Number(readings[i], fold);
            }
        }

        AgeOut(fold.LastAtNs);
    }

    public void Synced(ExaminationFold fold)
    {
        _view = ViewOf.Examination(_examination, fold, _notices, Door?.IsScripted ?? false);
        Changed?.Invoke();
    }

    private static long SampleNs(Examinations.Channel channel) => (long)(1e9 / channel.SampleRateHz);

    /// <summary>What nobody has said again is no value of now. A tick comes every second where nothing else does.</summary>
    private void AgeOut(long nowNs)
    {
        LiveNumbers now = _numbers;
        if (now.CuffMmHg is not null && nowNs - now.AtNs > PressureForNs)
        {
            _numbers = now = now with { CuffMmHg = null, MmHgPerSecond = null };
            Changed?.Invoke();
        }

        if (now.PulsePerMinute is not null && nowNs - _pulseAtNs > PulseForNs)
        {
            _numbers = now with { PulsePerMinute = null };
        }
    }

    /// <summary>Pressure and its fall as the examination's own history says them.</summary>
    private void Number(in Reading reading, ExaminationFold fold)
    {
        LiveNumbers now = _numbers;
        if (reading.Kind == ReadingKind.PulseRate)
        {
            _pulseAtNs = reading.AtNs;
            _numbers = now with { PulsePerMinute = reading.HasValue ? reading.Value : null };
            return;
        }

        double? slope = fold.Running is CuffAttempt { Cuff: var cuff } && cuff.Newest is { } newest ? cuff.At(newest.AtNs)?.MmHgPerSecond : null;
        _numbers = now with { AtNs = reading.AtNs, CuffMmHg = reading.HasValue ? reading.Value : null, MmHgPerSecond = slope };
        Changed?.Invoke();
    }
}
