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
    private readonly DataFolder _data;
    private readonly TapeKeys _keys;

    private StationHost(StationConfiguration configuration, DataFolder data, TapeKeys keys, RecordDatabase database, Delivery delivery)
    {
        (Configuration, _data, _keys, Database, Delivery) = (configuration, data, keys, database, delivery);
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
            return new StationHost(configuration, data, keys, database, delivery);
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

    /// <summary>Where an examination's results are committed.</summary>
    public RecordChart Chart(Guid examination, Func<ExaminationFold> fold) =>
        new(examination, Database, Place, Configuration.Consumers, fold, Delivery.Outbox.Wake, Configuration.Broker.LargestPacketBytes);

    /// <summary>The newest examination on real devices that was not ended, or whose end did not reach the outbox: a crash or a stop cut it off. Null when there is none.</summary>
    public async Task<Guid?> UnfinishedAsync(CancellationToken cancel)
    {
        var record = new ExaminationRecord(Database);
        foreach (string folder in Directory.GetDirectories(_data.Tapes).OrderDescending(StringComparer.Ordinal))
        {
            if (Guid.TryParseExact(Path.GetFileName(folder), "D", out Guid id)
                && ((await record.ExaminationAsync(id, cancel))?.EndedUtcNs is null || await record.NextResultVersionAsync(id, cancel) == 1)
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
        _keys.Dispose();
        _data.Dispose();
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
