using Vascular.Acquisition.Access;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Records;
using Vascular.Acquisition.Tests.Publishing.Mqtt;

namespace Vascular.Acquisition.Tests.Delivering;

/// <summary>A real mosquitto that keeps only what Debian's defaults keep, and the two consumers every result must reach.</summary>
public sealed class MosquittoCourt : IAsyncLifetime
{
    public const int Times = 40;

    public MosquittoPeer Broker { get; private set; } = null!;

    public Jury Jury { get; private set; } = null!;

    public QuickTime Time { get; } = new(Times);

    /// <summary>A minute for an answer is 1.5 s here.</summary>
    public MqttOutletOptions Options => Broker.Options with { Time = Time, Deadline = TimeSpan.FromMinutes(1), KeepAlive = TimeSpan.FromSeconds(2) };

    /// <summary>Rights of a second consumer like those of the first.</summary>
    public static string WithArchive(string rights)
    {
        int from = rights.IndexOf("user ehr-bridge", StringComparison.Ordinal);
        int to = rights.IndexOf("\n\n", from, StringComparison.Ordinal);
        return rights + "\n\n" + rights[from..to].Replace("ehr-bridge", "archive", StringComparison.Ordinal) + "\n";
    }

    /// <summary>Saves every half hour and at the end, as the broker does when nobody tells it otherwise; names no packet limit.</summary>
    public static string AsShippedByDebian(string configuration) => string.Join('\n', configuration.Split('\n')
        .Where(line => !line.StartsWith("autosave", StringComparison.Ordinal) && !line.StartsWith("max_packet_size", StringComparison.Ordinal)));

    public async Task InitializeAsync()
    {
        if (new JuryFactAttribute().Skip is not null)
        {
            return;
        }

        Broker = await MosquittoPeer.StartAsync(peer =>
        {
            peer.WriteConfiguration(AsShippedByDebian);
            peer.WriteRights(WithArchive);
        });
        Jury = new Jury(Broker);
        Jury.Start();
        await Jury.Recorder.HearAsync("listening");
    }

    public async Task DisposeAsync()
    {
        if (Broker is not null)
        {
            await Jury.DisposeAsync();
            await Broker.DisposeAsync();
        }
    }
}

/// <summary>What a broker can do to a result. Each ends with every result at both consumers, once.</summary>
public sealed class BrokerFaultTests(MosquittoCourt court) : IClassFixture<MosquittoCourt>
{
    private const string Owed = "owed to archive, ehr-bridge";

    private MosquittoPeer Broker => court.Broker;

    private Jury Jury => court.Jury;

    [JuryFact]
    public async Task It_is_down_when_the_station_starts()
    {
        await Broker.KillAsync();
        await using SendingStation station = await OpenAsync(1);
        await station.CommitAsync(3);
        station.Start();
        await station.SeeAsync(OutboxEventKind.LineLost, 2);
        Assert.Equal(Owed, await station.TableAsync());
        await Broker.StartAgainAsync();
        await Jury.AssertDeliveredAsync(station);
    }

    [JuryFact]
    public async Task It_is_killed_with_what_it_had_acknowledged_and_not_delivered()
    {
        await SubscribedAsync();
        await Jury.KillAsync(); // their sessions stay with the broker, in memory
        await using SendingStation station = await OpenAsync(2);
        await station.CommitAsync(5);
        station.Start();
        await station.SeeAsync(OutboxEventKind.Published, 5);
        Assert.All(await AttemptsAsync(station), receipt => Assert.Equal("Stored", receipt));
        Assert.Equal(Owed, await station.TableAsync());
        await Broker.KillAsync();
        await Broker.StartAgainAsync();
        await station.SeeAsync(OutboxEventKind.NobodySubscribed); // sessions and messages are gone: the broker's word was worth nothing
        Assert.Equal(Owed, await station.TableAsync());
        Jury.Start();
        await Jury.AssertDeliveredAsync(station);
    }

    [JuryFact]
    public async Task It_falls_silent_with_the_line_open()
    {
        await SubscribedAsync();
        await using SendingStation station = await OpenAsync(3);
        station.Start();
        await station.SeeAsync(OutboxEventKind.LineOpened);
        await Broker.StunAsync();
        await station.CommitAsync(3);
        await station.SeeAsync(OutboxEventKind.LineLost, 2); // in mid-publish, then at each opening
        Assert.Equal(Owed, await station.TableAsync());
        await Broker.WakeAsync();
        await Jury.AssertDeliveredAsync(station);
    }

    [JuryFact]
    public async Task It_falls_silent_when_nothing_is_to_be_said()
    {
        await SubscribedAsync();
        await using SendingStation station = await OpenAsync(4);
        station.Start();
        await station.SeeAsync(OutboxEventKind.LineOpened);
        await Broker.StunAsync();
        await station.SeeAsync(OutboxEventKind.LineLost); // the ping
        await station.CommitAsync(1);
        await Broker.WakeAsync();
        await Jury.AssertDeliveredAsync(station);
    }

    [JuryFact]
    public async Task An_impostor_with_a_foreign_certificate_hears_nothing_and_a_renewed_certificate_of_the_authority_goes_on()
    {
        await SubscribedAsync();
        await using SendingStation station = await OpenAsync(5);
        station.Start();
        await station.SeeAsync(OutboxEventKind.LineOpened);
        await Jury.KillAsync();
        await Broker.KillAsync();
        using TestKeys foreign = new();
        Show(foreign.Broker);
        await Broker.StartAgainAsync();
        int impostor = Broker.Said.Count;
        await station.CommitAsync(2);
        await station.SeeAsync(OutboxEventKind.BrokerNotBelieved, 3);
        Assert.DoesNotContain(Broker.Said.Skip(impostor), line => line.Contains("New client connected", StringComparison.Ordinal));
        Assert.Equal(Owed, await station.TableAsync());

        await Broker.KillAsync();
        Show(Broker.Keys.RenewBroker());
        await Broker.StartAgainAsync();
        await using TestClient technician = await TestClient.ConnectAsync(Broker.Port, Broker.Keys.Client("ehr-bridge"), "ehr-bridge.technician");
        await technician.SubscribeAsync("vascular/v1/+/+/event/security");
        Jury.Start();
        Assert.Contains("broker-not-believed", System.Text.Encoding.UTF8.GetString(System.Buffers.BuffersExtensions.ToArray((await technician.NextAsync()).Payload)), StringComparison.Ordinal);
        await Jury.AssertDeliveredAsync(station);
    }

    [JuryFact]
    public async Task A_consumer_is_away_beyond_what_it_keeps_for_one()
    {
        await ReconfigureAsync(configuration => AsQueue(configuration, 3));
        try
        {
            await SubscribedAsync();
            await Jury.KillAsync();
            await using SendingStation station = await OpenAsync(6);
            await station.CommitAsync(30);
            station.Start();
            await station.SeeAsync(OutboxEventKind.Published, 30);
            Assert.All(await AttemptsAsync(station), receipt => Assert.Equal("Stored", receipt)); // it says stored of what it drops
            Assert.Equal(Owed, await station.TableAsync());
            Jury.Start();
            await Jury.AssertDeliveredAsync(station);
            Assert.True(station.Happened.Count(e => e.Kind == OutboxEventKind.Published) > 30, "nothing was dropped");
        }
        finally
        {
            await ReconfigureAsync(MosquittoCourt.AsShippedByDebian);
        }
    }

    [JuryFact]
    public async Task It_takes_nothing_from_this_station_and_says_so_and_later_it_does()
    {
        await SubscribedAsync();
        await Broker.KillAsync();
        Broker.WriteRights(rights => MosquittoCourt.WithArchive(rights).Replace("pattern write vascular/v1/+/%u/result/+", "", StringComparison.Ordinal));
        await Broker.StartAgainAsync();
        await using TestClient technician = await TestClient.ConnectAsync(Broker.Port, Broker.Keys.Client("ehr-bridge"), "ehr-bridge.technician");
        await technician.SubscribeAsync("vascular/v1/+/+/event/security");
        await using SendingStation station = await OpenAsync(7);
        await station.CommitAsync(2);
        station.Start();
        await station.SeeAsync(OutboxEventKind.NotAuthorised, 2);
        Assert.All(await AttemptsAsync(station), receipt => Assert.Equal("NotAuthorised", receipt));
        Assert.Contains("not-authorised", System.Text.Encoding.UTF8.GetString(System.Buffers.BuffersExtensions.ToArray((await technician.NextAsync()).Payload)), StringComparison.Ordinal);
        Assert.Equal(Owed, await station.TableAsync());
        await Broker.KillAsync();
        Broker.WriteRights(MosquittoCourt.WithArchive);
        await Broker.StartAgainAsync();
        await Jury.AssertDeliveredAsync(station);
    }

    [JuryFact]
    public async Task Nobody_is_subscribed_and_it_says_so()
    {
        await Jury.KillAsync();
        await Broker.KillAsync(); // and with it the sessions
        await Broker.StartAgainAsync();
        await using SendingStation station = await OpenAsync(8);
        await station.CommitAsync(2);
        station.Start();
        await station.SeeAsync(OutboxEventKind.NobodySubscribed, 2);
        Assert.Equal(Owed, await station.TableAsync());
        Jury.Outside.Start();
        Jury.Recorder.Start();
        await Jury.AssertDeliveredAsync(station);
    }

    private Task<SendingStation> OpenAsync(int number) => SendingStation.OpenAsync(number, () => court.Options);

    /// <summary>Both consumers have subscribed at the broker that runs now: what it takes has somebody to go to.</summary>
    private async Task SubscribedAsync()
    {
        await using SendingStation asking = await OpenAsync(1000 + Jury.Recorder.Said.Count);
        await asking.CommitAsync(1);
        asking.Start();
        await asking.SettleAsync();
    }

    private async Task ReconfigureAsync(Func<string, string> change)
    {
        await Broker.KillAsync();
        Broker.WriteConfiguration(change);
        await Broker.StartAgainAsync();
    }

    private static string AsQueue(string configuration, int messages) =>
        MosquittoCourt.AsShippedByDebian(configuration).Replace("max_queued_messages 20000", $"max_queued_messages {messages}", StringComparison.Ordinal);

    private void Show(StationCertificate certificate)
    {
        File.Copy(certificate.CertificateFile, Path.Combine(Broker.Keys.Folder, "broker.crt"), overwrite: true);
        File.Copy(certificate.KeyFile, Path.Combine(Broker.Keys.Folder, "broker.key"), overwrite: true);
    }

    /// <summary>What the broker said to each publish.</summary>
    private static async Task<IReadOnlyList<string>> AttemptsAsync(SendingStation station)
    {
        List<string> said = [];
        foreach (OutboxStatus row in await station.StatusAsync())
        {
            said.AddRange((await station.Record.AttemptsAsync(row.Sequence, CancellationToken.None)).Where(a => a.What == "published").Select(a => a.Detail));
        }

        return said;
    }
}
