using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Vascular.Acquisition.Capture;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Station;

/// <summary>A running station: its folders, keys, record and way out. One process at a time on a data folder.</summary>
public sealed class StationHost : IAsyncDisposable
{
    /// <summary>How long a stop waits for a correction that is being made; what is cut off then is completed at the next start.</summary>
    private static readonly TimeSpan CorrectionInHand = TimeSpan.FromSeconds(10);

    private readonly DataFolder _data;
    private readonly TapeKeys _keys;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _correcting = new(1);

    private StationHost(StationConfiguration configuration, DataFolder data, TapeKeys keys, RecordDatabase database, Delivery delivery, TimeProvider time)
    {
        (Configuration, _data, _keys, Database, Delivery, _time) = (configuration, data, keys, database, delivery, time);
        Place = new ReportPlace(configuration.Site, configuration.Gateway, SoftwareVersion);
    }

    public static string SoftwareVersion { get; } =
        typeof(StationHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    public StationConfiguration Configuration { get; }

    /// <summary>Path of the data folder.</summary>
    public string Data => _data.Path;

    public RecordDatabase Database { get; }

    public Delivery Delivery { get; }

    public ReportPlace Place { get; }

    /// <summary>Takes the data folder, opens keys and record, and starts delivering what is owed.</summary>
    /// <exception cref="CommandFailure">A folder, a key or the database cannot be used; says which and what to do.</exception>
    public static async Task<StationHost> StartAsync(StationConfiguration configuration, string dataFolder, string keysFolder, Action<OutboxEvent> notice, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        DataFolder data = DataFolder.Open(dataFolder);
        TapeKeys? keys = null;
        try
        {
            KeysFolder.Prepare(keysFolder);
            keys = TapeKeys.OpenOrCreate(keysFolder);
            RecordDatabase database = await RecordDatabase.OpenAsync(data.RecordDatabase, cancel);
            var bootId = new Guid(RandomNumberGenerator.GetBytes(16));
            Delivery delivery = await Delivery.StartAsync(configuration, keysFolder, database, bootId, SoftwareVersion, notice, time);
            return new StationHost(configuration, data, keys, database, delivery, time);
        }
        catch (TapeKeyException e)
        {
            keys?.Dispose();
            data.Dispose();
            throw new CommandFailure(e.What, e.Where, e.WhatToDo, e);
        }
        catch
        {
            keys?.Dispose();
            data.Dispose();
            throw;
        }
    }

    public ExaminationFolder Folder(Guid examination) => new(_data.Tapes, examination, _keys, Place);

    /// <summary>An examination read from its tape, to be looked at; null and the reason where it cannot be.</summary>
    public (ExaminationFold? Fold, string? Why) Read(Guid examination, CancellationToken cancel)
    {
        ExaminationFolder folder = Folder(examination);
        if (!Directory.Exists(folder.Path))
        {
            return (null, "this station has no such examination");
        }

        if (TapeTrim.IsTrimmed(new TapeFolder(folder.Path)))
        {
            return (null, "its recording was trimmed; what was sent of it is in the chart");
        }

        try
        {
            var fold = new ExaminationFold(examination);
            foreach (TapeRecord record in folder.Records())
            {
                cancel.ThrowIfCancellationRequested();
                fold.Next(record);
            }

            return (fold, null);
        }
        catch (Exception e) when (e is CommandFailure or IOException or UnauthorizedAccessException or FormatException)
        {
            return (null, "its recording cannot be read: run 'acquisition verify' on it");
        }
    }

    /// <summary>Number of the newest segment of a tape: another one when anything was done behind its end.</summary>
    public int NewestSegment(Guid examination) =>
        Directory.Exists(Folder(examination).Path) && new TapeFolder(Folder(examination).Path).Segments() is [.., var newest] ? newest : 0;

    /// <summary>Where an examination's results are committed.</summary>
    public RecordChart Chart(Guid examination, Func<ExaminationFold> fold) =>
        new(examination, Database, Place, Configuration.Consumers, fold, Delivery.Outbox.Wake, Configuration.Broker.LargestPacketBytes, Configuration.Archive?.GiveBack ?? false);

    /// <summary>Does an act on an examination that has ended: undo, accept, comment, another patient. What consumers hold follows at once.</summary>
    /// <param name="act">Made of what the examination shows and its newest instant; a <see cref="FormatException"/> of it is the refusal.</param>
    /// <returns>The examination as it is then, null where this station has none of that id; and why the act was not done, null when it was and is durable.</returns>
    /// <exception cref="CommandFailure">The tape is damaged.</exception>
    /// <exception cref="IOException">The tape cannot be written; the next start of the station completes what was begun.</exception>
    public async Task<(ExaminationFold? Fold, string? Refusal)> CorrectAsync(Guid examination, Func<ExaminationFold, long, Act> act, string user, CancellationToken cancel)
    {
        await _correcting.WaitAsync(cancel);
        try
        {
            if (!Directory.Exists(Folder(examination).Path))
            {
                return (null, $"this station has no examination {examination}");
            }

            if (TapeTrim.IsTrimmed(new TapeFolder(Folder(examination).Path)))
            {
                return (null, $"the recording of examination {examination} was trimmed: it can no longer be corrected here");
            }

            if (!await IsCompleteAsync(examination, cancel))
            {
                return (null, $"examination {examination} has not ended, or what ended it is not complete: start the station again");
            }

            return Folder(examination).Correct(act, user, _ => UtcNs.Of(_time.GetUtcNow()), fold => Chart(examination, fold));
        }
        catch (FormatException e)
        {
            return (null, e.Message);
        }
        finally
        {
            _correcting.Release();
        }
    }

    /// <summary>Examinations that had ended and are being corrected: a crash cut that off. The correction's act may be on the tape.</summary>
    public async Task<IReadOnlyList<Guid>> HalfCorrectedAsync(CancellationToken cancel)
    {
        var record = new ExaminationRecord(Database);
        List<Guid> half = [];
        foreach (string folder in Directory.GetDirectories(_data.Tapes).Order(StringComparer.Ordinal))
        {
            if (Guid.TryParseExact(Path.GetFileName(folder), "D", out Guid id)
                && await record.ExaminationAsync(id, cancel) is { } known
                && TapeSeal.Kept(id, (int)known.SealedSegment, known.Seal) is { End: true } seal
                && new TapeFolder(folder).Segments() is [.., var newest] && newest > seal.Segment)
            {
                half.Add(id);
            }
        }

        return half;
    }

    /// <summary>The newest examination on real devices that was not ended, or whose end or correction did not reach the record: a crash or a stop cut it off. Null when there is none.</summary>
    public async Task<Guid?> UnfinishedAsync(CancellationToken cancel)
    {
        foreach (string folder in Directory.GetDirectories(_data.Tapes).OrderDescending(StringComparer.Ordinal))
        {
            if (Guid.TryParseExact(Path.GetFileName(folder), "D", out Guid id)
                && !await IsCompleteAsync(id, cancel)
                && IsPeoples(id))
            {
                return id;
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await Delivery.DisposeAsync();
        await _correcting.WaitAsync(CorrectionInHand); // a correction is finished before its keys and its folder go
        _correcting.Dispose();
        _keys.Dispose();
        _data.Dispose();
    }

    /// <summary>Room for recordings: hours of examination on these devices that the disk still takes.</summary>
    public double HoursLeft => StorageConfiguration.HoursLeft(Configuration, new DriveInfo(Data).AvailableFreeSpace);

    /// <summary>Takes recordings off the disk whose examination ended longer ago than they are kept, and whose results have all been delivered; oldest first.</summary>
    /// <param name="most">Recordings at most.</param>
    /// <returns>What was trimmed.</returns>
    public async Task<IReadOnlyList<Guid>> TrimAsync(int most, CancellationToken cancel)
    {
        List<Guid> trimmed = [];
        if (Configuration.Storage.KeepHours is not { } hours)
        {
            return trimmed;
        }

        var record = new ExaminationRecord(Database);
        long before = UtcNs.Of(_time.GetUtcNow()) - (long)(hours * 3600e9);
        foreach (Guid id in (await record.DeliveredAsync(before, cancel)).Where(IsRecorded))
        {
            if (trimmed.Count == most)
            {
                break;
            }

            // a correction of it may have begun meanwhile: what that made is owed, and stays
            await _correcting.WaitAsync(cancel);
            try
            {
                if (await IsCompleteAsync(id, cancel) && (await record.DeliveredAsync(before, cancel)).Contains(id) && TapeTrim.Trim(new TapeFolder(Folder(id).Path), _keys.PublicKey) > 0)
                {
                    trimmed.Add(id);
                }
            }
            finally
            {
                _correcting.Release();
            }
        }

        return trimmed;
    }

    private bool IsRecorded(Guid examination) => Directory.Exists(Folder(examination).Path) && new TapeFolder(Folder(examination).Path).Segments().Count > 0;

    /// <summary>Whether an examination has ended and everything of it is in the record: the seal of its tape's end is kept there last.</summary>
    private async Task<bool> IsCompleteAsync(Guid examination, CancellationToken cancel)
    {
        Records.Examination? known = await new ExaminationRecord(Database).ExaminationAsync(examination, cancel);
        return TapeTrim.IsTrimmed(new TapeFolder(Folder(examination).Path)) || known is { SealedSegment: > 0 }
            && TapeSeal.Kept(examination, (int)known.SealedSegment, known.Seal) is { End: true } seal
            && new TapeFolder(Folder(examination).Path).Segments() is [.., var newest] && newest == seal.Segment;
    }

    /// <summary>Whether people examine there, and not a scenario's script: the user of its first act tells.</summary>
    private bool IsPeoples(Guid examination)
    {
        bool simulated = true;
        foreach (TapedRecord record in new TapeReader(Folder(examination).Path, _keys).Read())
        {
            if (record.Record.Type == TapeRecordType.Settings)
            {
                simulated = SettingsRecord.Read(record.Record.Payload).Settings.Simulated;
            }
            else if (record.Record.Type == TapeRecordType.Act)
            {
                return ActJson.Read((JsonObject)CanonicalJson.Read(record.Record.Payload.Span)!).User != Users.SimulatedTechnician;
            }
        }

        // Nothing was done yet: only devices could be lost, and simulated ones say the same again.
        return !simulated;
    }
}
