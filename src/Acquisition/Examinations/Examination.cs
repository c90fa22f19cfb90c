using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>What an examination asks of the side that holds the devices.</summary>
public interface IBench
{
    /// <summary>Bytes for a device; they are on the tape and synced.</summary>
    void Send(string link, ReadOnlyMemory<byte> bytes);

    /// <summary>A wake is to be written when tape time reaches <paramref name="atNs"/>; it replaces the one asked for before.</summary>
    void WakeAt(string link, long atNs);
}

/// <summary>Where an examination's results leave it, each only after the sync that covers its record.</summary>
public interface IChart
{
    /// <summary>An act stands on the tape: commit what it accepts or withdraws, its audit entry, and the bundles it makes (those of the end wait for <see cref="Ended"/>).
    /// Called again after a recovery: twice must equal once.</summary>
    void Commit(ActEffect effect);

    /// <summary>A segment of the tape was sealed: keep the seal where the tape is not, so that a removed end shows. May come again after a recovery.
    /// That of an end comes last: who has it has everything.</summary>
    void Sealed(TapeSeal seal);

    /// <summary>The examination ended and its tape is sealed: commit its bundle for delivery. Called again after a recovery, and then perhaps before acts that corrected it later.</summary>
    void Ended(ActEffect end);
}

/// <summary>What one act changed of what is accepted, and what of it goes out. Made of the tape up to that act.</summary>
/// <param name="UtcNs">The act's time, ns since 1970.</param>
/// <param name="Withdrawn">Accepted before this act and no longer.</param>
/// <param name="Detail">The act as it stands on the tape, canonical JSON.</param>
public sealed record ActEffect(NumberedAct Act, long UtcNs, IReadOnlyList<Finding> Accepted, IReadOnlyList<Finding> Withdrawn, byte[] Detail)
{
    /// <summary>Number of the patient binding after this act.</summary>
    public int Binding { get; init; } = 1;

    /// <summary>Who accepted each of <see cref="Accepted"/>: another than this act's user where an act brought an acceptance back, or carried it to another patient.</summary>
    public IReadOnlyDictionary<Guid, string> Acceptors { get; init; } = new Dictionary<Guid, string>();

    /// <summary>The bundles it makes, in order; mostly none.</summary>
    public IReadOnlyList<Sending> Sendings { get; init; } = [];

    /// <summary>What its bundles say beside findings; null when it makes none.</summary>
    public ReportBasis? Basis { get; init; }

    /// <summary>Chain value of the tape's sync that covers it: the raw recording its bundles rest on. For an end, that of the seal.</summary>
    public ReadOnlyMemory<byte> Recording { get; init; }
}

/// <summary>One running examination: the only writer of its tape. Owned by one thread; records take effect in the order they are appended.</summary>
public sealed class Examination : IDisposable
{
    /// <summary>Word of the speed record for simulated time that runs as fast as it goes.</summary>
    internal const string Unpaced = "unpaced";

    private const long SyncEveryNs = 1_000_000_000;

    private readonly TapeWriter _tape;
    private readonly IBench _bench;
    private readonly IChart _chart;
    private readonly List<(string Link, ReadOnlyMemory<byte> Bytes)> _sends = [];
    private readonly ChartWork _work = new();
    private long _syncedAtNs;
    private bool _mustSync;
    private bool _closed;
    private int _keptSegment;

    private Examination(Guid id, ExaminationFold fold, TapeWriter tape, IBench bench, IChart chart)
    {
        Id = id;
        Fold = fold;
        _tape = tape;
        _bench = bench;
        _chart = chart;
    }

    public Guid Id { get; }

    public ExaminationFold Fold { get; }

    /// <summary>Records written since this object began.</summary>
    public long Records { get; private set; }

    /// <summary>Who looks on; null: nobody.</summary>
    public IOnlooker? Onlooker { get; set; }

    /// <summary>Begins an examination on a fresh tape whose header and anchor are written: settings follow.</summary>
    public static Examination Begin(Guid id, TapeWriter tape, ExaminationSettings settings, double? speed, IBench bench, IChart chart, Action<ExaminationFold>? begun = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(tape);
        var examination = new Examination(id, new ExaminationFold(id), tape, bench, chart);
        begun?.Invoke(examination.Fold);
        examination.Fold.Next(tape.Anchor.ToRecord());
        examination.Open(settings, speed);
        return examination;
    }

    /// <summary>Goes on with an examination whose tape was recovered: folds all its records and redoes the database's work from the acts.</summary>
    /// <param name="records">Every record of the tape in order, the <c>resume</c> last.</param>
    /// <param name="settings">For a tape that was cut off before its own were durable.</param>
    public static Examination Resume(
        Guid id, IEnumerable<TapeRecord> records, TapeWriter tape, ExaminationSettings settings, double? speed, IBench bench, IChart chart, Action<ExaminationFold>? begun = null)
    {
        ArgumentNullException.ThrowIfNull(records);
        var examination = new Examination(id, new ExaminationFold(id), tape, bench, chart);
        begun?.Invoke(examination.Fold);
        Outgoing.Found[] owed = [];
        foreach (TapeRecord record in records)
        {
            IReadOnlyList<Outgoing> asked = examination.Fold.Next(record);
            examination._work.Read(examination.Fold, record);
            if (record.Type == TapeRecordType.Resume)
            {
                owed = [.. asked.OfType<Outgoing.Found>()];
            }
        }

        // What the crash kept from being written is written now, behind the newest resume; nothing is sent for the past.
        foreach (Outgoing.Found found in owed)
        {
            examination.Write(examination.Fold.LastAtNs, found.Finding);
        }

        examination._syncedAtNs = examination.Fold.LastAtNs;
        if (examination.Fold.IsEnded)
        {
            // Cut off between the last act and the last seal: nothing is left but to end the tape (again, after a correction).
            examination.Sync();
        }
        else
        {
            examination.Open(settings, speed);
        }

        return examination;
    }

    /// <summary>Does an act on an examination that has ended, behind its seal: the tape ends again with it.</summary>
    /// <param name="fold">Of the tape as it ended.</param>
    /// <param name="tape">Continued: its newest record says so.</param>
    /// <returns>Null when done, durable and committed; else why not, and the tape ends again with nothing in between.</returns>
    public static string? Correct(Guid id, ExaminationFold fold, TapeWriter tape, TapeRecord continued, Act act, string user, IChart chart)
    {
        ArgumentNullException.ThrowIfNull(fold);
        using var examination = new Examination(id, fold, tape, new Nobody(), chart);
        fold.Next(continued);
        if (examination.Perform(act, user, fold.LastAtNs) is not { } reason)
        {
            return null;
        }

        examination.Sync();
        return reason;
    }

    /// <summary>Redoes the database's work of a tape that ended: after a crash between its last seal and the commit of its bundle.</summary>
    public static ExaminationFold Redo(Guid id, IEnumerable<TapeRecord> records, IChart chart, Action<ExaminationFold>? begun = null)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(chart);
        var fold = new ExaminationFold(id);
        begun?.Invoke(fold);
        var work = new ChartWork();
        int segment = 0;
        TapeSeal? seal = null;
        foreach (TapeRecord record in records)
        {
            fold.Next(record);
            work.Read(fold, record);
            work.Do(chart);
            if (record.Type == TapeRecordType.Header)
            {
                segment++;
            }
            else if (record.Type == TapeRecordType.Seal)
            {
                seal = TapeSeal.Kept(id, segment, record.Payload.Span);
            }
        }

        chart.Sealed(seal ?? throw new FormatException("A tape that ended has a seal."));
        return fold;
    }

    public void Append(TapeRecordType type, string link, long atNs, ReadOnlyMemory<byte> payload) =>
        Append(new TapeRecord(type, Fold.Settings!.LinkNumber(link), atNs, payload));

    public void Append(TapeRecordType type, ushort link, long atNs, ReadOnlyMemory<byte> payload) =>
        Append(new TapeRecord(type, link, atNs, payload));

    public void Append(TapeRecordType type, ushort link, long atNs, JsonObject payload) =>
        Append(new TapeRecord(type, link, atNs, CanonicalJson.Write(payload)));

    /// <summary>Notes what the wall clock says now. The first anchor of the tape stays the one that times its results.</summary>
    public void Append(in TapeAnchor anchor) => Append(anchor.ToRecord());

    /// <summary>Does what a person asked.</summary>
    /// <returns>Null when done; else why not, for that person. A refused act leaves no trace on the tape.</returns>
    public string? Perform(Act act, string user, long atNs)
    {
        ArgumentNullException.ThrowIfNull(act);
        if (Fold.Refusal(act, user, atNs) is { } reason)
        {
            return reason;
        }

        Append(TapeRecordType.Act, 0, atNs, ActJson.Write(Fold.Acts.NextNumber, user, act));
        return null;
    }

    /// <summary>Simulated time runs at another speed from here on.</summary>
    public void ChangeSpeed(double speed, long atNs)
    {
        Append(TapeRecordType.Speed, 0, atNs, new JsonObject { ["speed"] = speed });
        Sync();
    }

    /// <summary>Makes everything appended so far durable, then lets its effects out.</summary>
    public void Sync()
    {
        _tape.Sync();
        _mustSync = false;
        _syncedAtNs = Fold.LastAtNs;
        (string Link, ReadOnlyMemory<byte> Bytes)[] sends = [.. _sends];
        _sends.Clear();
        _work.Covered(_tape.ChainValue);
        _work.Do(_chart);

        if (_tape.NewestSeal is { } seal && seal.Segment > _keptSegment && Fold.Acts.Patient is not null)
        {
            _keptSegment = seal.Segment;
            _chart.Sealed(seal);
        }

        foreach ((string link, ReadOnlyMemory<byte> bytes) in sends)
        {
            _bench.Send(link, bytes);
        }

        if (Fold.IsEnded)
        {
            _closed = true;
            _tape.End(Fold.LastAtNs);
            _work.Ended(_tape.ChainValue);
            _work.Do(_chart);
            _chart.Sealed(_tape.NewestSeal!);
        }

        Onlooker?.Synced(Fold);
    }

    /// <summary>Lets go of the tape. One that was not ended is taken up again by its recovery.</summary>
    public void Dispose() => _tape.Dispose();

    /// <summary>What the fold must know before anything else, where the tape does not say it yet.</summary>
    private void Open(ExaminationSettings settings, double? speed)
    {
        long atNs = Fold.LastAtNs;
        if (Fold.Settings is null)
        {
            Append(new TapeRecord(TapeRecordType.Settings, 0, atNs, SettingsRecord.Write(settings)));
        }

        if (speed != Fold.Speed)
        {
            Append(TapeRecordType.Speed, 0, atNs, new JsonObject { ["speed"] = speed is { } paced ? paced : Unpaced });
        }

        Sync();
    }

    private void Append(in TapeRecord record)
    {
        if (_closed)
        {
            throw new InvalidOperationException("The examination has ended; its tape is sealed.");
        }

        IReadOnlyList<Outgoing> asked = Fold.Next(record);
        _tape.Append(record);
        Records++;
        if (record.Type == TapeRecordType.Act)
        {
            _work.Owe(Fold, record);
            _mustSync = true;
        }

        Onlooker?.Folded(record, Fold);
        if (asked.Count > 0)
        {
            foreach (Outgoing outgoing in asked.ToArray())
            {
                Release(record.AtNs, outgoing);
            }
        }

        if (_mustSync || record.AtNs - _syncedAtNs >= SyncEveryNs)
        {
            Sync();
        }
    }

    private void Release(long atNs, Outgoing outgoing)
    {
        switch (outgoing)
        {
            case Outgoing.Send send:
                _tape.Append(new TapeRecord(TapeRecordType.Sent, send.Link, atNs, send.Bytes));
                Records++;
                _sends.Add((Fold.ChannelOf(send.Link)!.Settings.Name, send.Bytes));
                _mustSync = true;
                break;
            case Outgoing.Wake wake:
                _bench.WakeAt(Fold.ChannelOf(wake.Link)!.Settings.Name, wake.AtNs);
                break;
            case Outgoing.Found found:
                Write(atNs, found.Finding);
                break;
        }
    }

    private void Write(long atNs, Finding finding)
    {
        var record = new TapeRecord(TapeRecordType.Finding, 0, atNs, FindingRecord.ToBytes(finding));
        _tape.Append(record);
        Records++;
        Fold.Next(record);
        _mustSync = true;
    }

    /// <summary>An examination that has ended has no devices.</summary>
    private sealed class Nobody : IBench
    {
        public void Send(string link, ReadOnlyMemory<byte> bytes)
        {
        }

        public void WakeAt(string link, long atNs)
        {
        }
    }
}
