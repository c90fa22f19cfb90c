using System.Collections;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Station;
using Vascular.Acquisition.Tests.Capture;
using Vascular.Acquisition.Tests.Examinations;
using Examination = Vascular.Acquisition.Examinations.Examination;

namespace Vascular.Acquisition.Tests.Station;

/// <summary>Where a crash between tape and record falls.</summary>
internal enum Crash
{
    Never,

    /// <summary>The act is on the tape; the record knows nothing of it.</summary>
    BeforeCommit,

    /// <summary>What the act accepts is committed; its bundles are not.</summary>
    BeforeSend,
}

/// <summary>A hand-made examination on a real tape and a real record: what a hand tape says is performed, then corrected after its end.</summary>
internal sealed class HandStation : IBench, IAsyncDisposable
{
    private static readonly ReportPlace Place = new("lab-a", "bedside-box-01", "0.1.0");

    private readonly string _folder;
    private readonly TapeKeys _keys;
    private Examination? _examination;
    private int _fed;

    private HandStation(string folder, TapeKeys keys, MemoryTapeFiles disk, RecordDatabase database) =>
        (_folder, _keys, Disk, Database) = (folder, keys, disk, database);

    public MemoryTapeFiles Disk { get; private set; }

    public RecordDatabase Database { get; }

    public ExaminationRecord Record => new(Database);

    public OutboxRecord Outbox => new(Database);

    public static Task<HandStation> OpenAsync() => OpenAsync(new MemoryTapeFiles(), TapeKeys.InMemory());

    /// <summary>Another record for a copy of this one's tape.</summary>
    public Task<HandStation> CopyAsync() => OpenAsync(Disk.Copy(), _keys);

    private static async Task<HandStation> OpenAsync(MemoryTapeFiles disk, TapeKeys keys)
    {
        string folder = Directory.CreateTempSubdirectory("hand-").FullName;
        return new HandStation(folder, keys, disk, await RecordDatabase.OpenAsync(Path.Combine(folder, "record.db"), default));
    }

    /// <summary>Does what the tape says beyond what was done.</summary>
    public ExaminationFold Feed(HandTape tape)
    {
        _examination ??= TakeUp(Crash.Never, 0).Examination!;
        for (; _fed < tape.Records.Count; _fed++)
        {
            TapeRecord record = tape.Records[_fed];
            if (record.Type is not (TapeRecordType.Anchor or TapeRecordType.Settings or TapeRecordType.Sent or TapeRecordType.Finding))
            {
                _examination.Append(record.Type, record.Link, record.AtNs, record.Payload);
            }
        }

        return _examination.Fold;
    }

    /// <summary>Takes the tape up as it lies there, in the place of a process that died.</summary>
    /// <param name="act">The act whose commit the crash falls in.</param>
    public TakenUp TakeUp(Crash crash, int act)
    {
        _examination?.Dispose();
        TakenUp taken = Folder.TakeUp(HandTape.Settings, HandTape.AnchorUtcNs, newest => HandTape.AnchorUtcNs + newest, 1, this, fold => new DyingChart(this, fold, crash, act));
        _examination = taken.Examination;
        return taken;
    }

    /// <summary>Does an act after the end, an hour later.</summary>
    public string? Correct(Func<ExaminationFold, Act> act, string user = "supervisor", Crash crash = Crash.Never, int at = 0)
    {
        _examination?.Dispose();
        _examination = null;
        return Folder.Correct((fold, _) => act(fold), user, newest => HandTape.AnchorUtcNs + newest + 3_600_000_000_000, fold => new DyingChart(this, fold, crash, at)).Refusal;
    }

    /// <summary>Leaves of another station's disk what a power cut at an instant leaves; the record knows nothing yet.</summary>
    public void LoseAfter(HandStation other, int instant)
    {
        Disk = other.Disk.CutAt(new MemoryTapeFiles(), instant, out Dictionary<string, int> synced);
        Disk.LoseUnsynced(synced, zeroed: false);
    }

    public List<TapeRecord> Taped() => [.. new TapeReader(Disk, _keys).Read().Select(r => r.Record with { Payload = r.Record.Payload.ToArray() })];

    public TapeVerdict Verify(TapeSeal? newest = null) => TapeVerification.Verify(Disk, _keys.PublicKey, HandTape.Id, newest);

    public async Task<TapeSeal> KeptSealAsync()
    {
        Vascular.Acquisition.Records.Examination kept = (await Record.ExaminationAsync(HandTape.Id, default))!;
        return TapeSeal.Kept(HandTape.Id, (int)kept.SealedSegment, kept.Seal)!;
    }

    /// <summary>The outbox, oldest first, as it goes out.</summary>
    public async Task<IReadOnlyList<OutboxRow>> RowsAsync()
    {
        await using RecordContext context = Database.Context();
        return await context.Outbox.AsNoTracking().Include(r => r.Consumers).OrderBy(r => r.Sequence).ToListAsync();
    }

    /// <summary>Everything the record says of the examination, in words: two of the same history are equal.</summary>
    public async Task<string> ToldAsync()
    {
        await using RecordContext context = Database.Context();
        List<string> told = [];
        told.AddRange((await context.Examinations.AsNoTracking().ToListAsync()).Select(e => $"{e.Id} {e.Binding} {e.PatientValue} {e.EndedUtcNs}"));
        told.AddRange((await context.AcceptedFindings.AsNoTracking().OrderBy(f => f.Finding).ToListAsync())
            .Select(f => $"{f.Finding} {f.Version} {f.ActNumber} {f.AcceptedBy} {f.AcceptedUtcNs} {f.State} {f.Place} {f.SentVersion} {f.Json}"));
        told.AddRange((await context.Audit.AsNoTracking().OrderBy(a => a.Id).ToListAsync()).Select(a => $"{a.Key} {a.AtUtcNs} {a.User} {a.Action} {a.Detail}"));
        told.AddRange((await RowsAsync()).Select(r =>
            $"{r.Sequence} {r.MessageId} {r.ResultVersion} {r.Topic} {Convert.ToHexString(r.Body)} {r.Properties} {r.CommittedUtcNs} {r.State} {string.Join(',', r.Consumers.Select(c => c.Consumer))}"));
        return string.Join('\n', told);
    }

    public ValueTask DisposeAsync()
    {
        _examination?.Dispose();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "record.db")};Default Timeout=10"))
        {
            SqliteConnection.ClearPool(connection);
        }

        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    void IBench.Send(string link, ReadOnlyMemory<byte> bytes)
    {
    }

    void IBench.WakeAt(string link, long atNs)
    {
    }

    private ExaminationFolder Folder => new(Disk.Place, _ => Disk, HandTape.Id, _keys, Place, TapeLimits.Default);

    /// <summary>The station's own chart, in a process that dies once.</summary>
    private sealed class DyingChart(HandStation station, Func<ExaminationFold> fold, Crash crash, int act) : IChart
    {
        private readonly RecordChart _alive = new(HandTape.Id, station.Database, Place, ["ehr-bridge"], fold, static () => { });
        private readonly RecordChart _dying = new(HandTape.Id, station.Database, Place, new NoMore(), fold, static () => { });

        public void Commit(ActEffect effect) => At(effect).Commit(effect);

        public void Sealed(TapeSeal seal) => _alive.Sealed(seal);

        public void Ended(ActEffect end) => At(end).Ended(end);

        private RecordChart At(ActEffect effect) => effect.Act.Number != act || crash == Crash.Never ? _alive
            : crash == Crash.BeforeSend ? _dying
            : throw new ProcessDied();
    }

    /// <summary>Consumers that are asked for in the transaction of a bundle.</summary>
    private sealed class NoMore : IReadOnlyList<string>
    {
        public int Count => throw new ProcessDied();

        public string this[int index] => throw new ProcessDied();

        public IEnumerator<string> GetEnumerator() => throw new ProcessDied();

        IEnumerator IEnumerable.GetEnumerator() => throw new ProcessDied();
    }
}

internal sealed class ProcessDied : Exception;
