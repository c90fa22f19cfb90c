using System.Text.Json;
using Vascular.Acquisition.Access;
using Vascular.Acquisition.Tests.Publishing.Mqtt;
using Vascular.Acquisition.Tests.Station;

namespace Vascular.Acquisition.Tests.Delivering;

/// <summary>The whole way over a laboratory's mosquitto with the shipped configuration: the service plays an examination, two consumers take and acknowledge it.</summary>
public sealed class MosquittoStationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [JuryFact]
    public async Task From_the_wire_through_mosquitto_to_both_consumers_and_back()
    {
        await using MosquittoPeer broker = await MosquittoPeer.StartAsync(peer => peer.WriteRights(MosquittoCourt.WithArchive));
        await using Jury jury = new(broker);
        jury.Start();
        await jury.Recorder.HearAsync("listening");
        StationCertificate box = broker.Keys.Client("bedside-box-01");
        string config = Path.Combine(broker.Keys.Root, "station.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            site = "lab-a",
            gateway = "bedside-box-01",
            consumers = SendingStation.Required,
            broker = new { embedded = false, host = "localhost", port = broker.Port, ca_file = box.AuthorityFile, cert_file = box.CertificateFile, key_file = box.KeyFile },
        }));
        await using PlayedStation.Program station = new(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "acquisition.dll"), "serve", "--config", config, "--data", Path.Combine(broker.Keys.Root, "data-of-station"),
                "--keys", Path.Combine(broker.Keys.Root, "keys-of-station"), "--scenario", "seed-2017-09-pressures", "--once",
            ],
            broker.Keys.Root);
        await station.ReadyAsync("listening on mqtts://localhost").WaitAsync(Patience);
        Assert.True(await station.EndAsync() == 0, station.Said);
        Assert.Contains("delivered to archive", station.Said, StringComparison.Ordinal);
        Assert.Equal(Assert.Single(jury.Recorder.Held()).Key, Assert.Single(jury.Outside.Taken()));
    }
}
