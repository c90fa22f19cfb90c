using System.Text;
using System.Text.Json;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using Vascular.Acquisition.Access;
using Vascular.Acquisition.Publishing;
using Vascular.Acquisition.Publishing.Mqtt;
using Vascular.Acquisition.Records;

namespace Vascular.Benchmarks;

/// <summary>A record, the embedded broker over TLS, and a consumer that acknowledges all it gets as fast as it can, in a folder of their own.</summary>
internal sealed class MqttStand : IAsyncDisposable
{
    public const string Site = "lab-a";
    public const string Gateway = "bedside-box-01";
    public const string Consumer = "ehr-bridge";

    private readonly string root;
    private readonly StationAuthority authority;
    private readonly EmbeddedBroker broker;
    private readonly IMqttClient consumer;
    private int rows;

    private MqttStand(string root, StationAuthority authority, EmbeddedBroker broker, IMqttClient consumer, RecordDatabase database, SessionReport seed)
    {
        (this.root, this.authority, this.broker, this.consumer, Database, Seed) = (root, authority, broker, consumer, database, seed);
        (Body, Outbox) = (SessionBundle.Bytes(seed), new OutboxRecord(database));
    }

    public RecordDatabase Database { get; }

    public OutboxRecord Outbox { get; }

    public SessionReport Seed { get; }

    /// <summary>The seed examination's bundle.</summary>
    public byte[] Body { get; }

    public int Port => broker.Port;

    public static async Task<MqttStand> StartAsync()
    {
        string root = Directory.CreateTempSubdirectory("mqtt-benchmark-").FullName;
        StationAuthority authority = StationAuthority.Open(Path.Combine(root, "keys"), TimeProvider.System);
        EmbeddedBroker broker = await EmbeddedBroker.StartAsync(new BrokerOptions { Port = 0, Certificate = authority.EnsureBroker(), Consumers = [Consumer] }, TimeProvider.System);
        IMqttClient consumer = new MqttClientFactory().CreateMqttClient();
        MqttStand stand = new(root, authority, broker, consumer, await RecordDatabase.OpenAsync(Path.Combine(root, "record.db"), default), SeedReport.Play());
        consumer.ApplicationMessageReceivedAsync += stand.AcknowledgeAsync;
        await consumer.ConnectAsync(stand.Connection(Consumer, Consumer));
        await consumer.SubscribeAsync($"vascular/v1/{Site}/{Gateway}/result/session", MqttQualityOfServiceLevel.AtLeastOnce);
        return stand;
    }

    public StationCertificate Certificate(string name) => authority.EnsureClient(name);

    /// <summary>A bare client of the gateway's name.</summary>
    public async Task<IMqttClient> BareAsync(string suffix)
    {
        IMqttClient bare = new MqttClientFactory().CreateMqttClient();
        await bare.ConnectAsync(Connection(Gateway, $"{Gateway}.{suffix}"));
        return bare;
    }

    /// <summary>The seed bundle as a bare client sends it.</summary>
    public MqttApplicationMessage Bare(Guid id) => new MqttApplicationMessageBuilder()
        .WithTopic($"vascular/v1/{Site}/{Gateway}/result/session").WithPayload(Body).WithContentType(SessionEnvelope.ContentType)
        .WithUserProperty("id", Encoding.UTF8.GetBytes(id.ToString()).AsMemory()).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();

    public MqttOutletOptions Outlet() => new()
    {
        Host = "localhost",
        Port = Port,
        Site = Site,
        Gateway = Gateway,
        BootId = Seed.Examination,
        AuthorityFile = Certificate(Gateway).AuthorityFile,
        Certificate = Certificate(Gateway),
        Time = TimeProvider.System,
    };

    /// <summary>Writes so many owed results of as many examinations straight into the record: what a station finds that was away.</summary>
    public async Task OweAsync(int count)
    {
        const int Batch = 500;
        for (int written = 0; written < count; written += Batch)
        {
            await using RecordContext context = Database.Context();
            for (int n = 0; n < Math.Min(Batch, count - written); n++)
            {
                int number = ++rows;
                SessionReport report = Seed with { Examination = Id($"examination/{number}"), MessageId = Id($"message/{number}") };
                SessionEnvelope envelope = SessionEnvelope.Of(report, number);
                context.Examinations.Add(new Examination { Id = report.Examination, StartedUtcNs = number, Site = Site, Gateway = Gateway, PatientSystem = "s", PatientValue = "v", Simulated = true });
                context.Outbox.Add(new OutboxRow
                {
                    Sequence = number,
                    MessageId = report.MessageId,
                    Examination = report.Examination,
                    ResultVersion = 1,
                    Topic = envelope.Topic,
                    Body = Body,
                    ContentType = SessionEnvelope.ContentType,
                    Properties = envelope.PropertiesJson(),
                    CommittedUtcNs = number,
                    State = OutboxState.Owed,
                    Consumers = [new OutboxConsumer { Consumer = Consumer, State = ConsumerState.Owed }],
                });
            }

            await context.SaveChangesAsync();
        }
    }

    public Guid Id(string name) => Identifiers.Version5(Seed.Examination, name);

    /// <summary>The machine's load, since a busy neighbour shows in every number here.</summary>
    public static string Load() => OperatingSystem.IsLinux() ? $"load {File.ReadAllText("/proc/loadavg").Trim()}, {Environment.ProcessorCount} processors" : $"{Environment.ProcessorCount} processors";

    public async ValueTask DisposeAsync()
    {
        consumer.Dispose();
        await broker.DisposeAsync();
        authority.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(root, recursive: true);
    }

    private async Task AcknowledgeAsync(MqttApplicationMessageReceivedEventArgs message)
    {
        // without properties (mosquitto_pub's lines) nobody waits for an answer
        if (message.ApplicationMessage.UserProperties?.Find(p => p.Name == "id") is { } id)
        {
            byte[] body = JsonSerializer.SerializeToUtf8Bytes(new { id = Encoding.UTF8.GetString(id.ValueBuffer.Span), status = "stored", time = "2026-01-15T09:00:00Z" });
            await consumer.PublishAsync(new MqttApplicationMessageBuilder().WithTopic($"vascular/v1/{Site}/{Gateway}/ack/{Consumer}").WithPayload(body)
                .WithContentType("application/json").WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());
        }
    }

    private MqttClientOptions Connection(string name, string clientId) => new MqttClientOptionsBuilder()
        .WithTcpServer("localhost", Port)
        .WithTlsOptions(tls => tls.WithCertificateValidationHandler(_ => true).WithClientCertificates([Certificate(name).Load()]))
        .WithProtocolVersion(MqttProtocolVersion.V500).WithClientId(clientId).Build();
}
