using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Vascular.Simulators.Record;

/// <summary>An outside consumer: subscribes to results, stores each once on disk, and only then acknowledges it end to end.</summary>
/// <remarks>Order for each message: flushed line, acknowledgement published and taken by the broker, MQTT acknowledgement. A crash
/// between any two of them brings the message again, and it is then answered <c>duplicate</c>. Nothing of a patient is printed.</remarks>
public sealed class ResultRecorder(RecordOptions options, TimeProvider time, TextWriter output)
{
    private const int ReceiveMaximum = 40;
    private const uint SessionSeconds = 7 * 24 * 3600;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);

    private readonly ChartFile? chart = options.ChartFile is { } path ? new ChartFile(path) : null;
    private int stored;
    private int seen;

    /// <summary>Runs until the count is reached or <paramref name="cancel"/>; both are a clean end.</summary>
    /// <returns>Distinct results stored in this run.</returns>
    /// <exception cref="TimeoutException">Broker or certificate files were missing for longer than the wait.</exception>
    /// <exception cref="IOException">The result file cannot be written.</exception>
    /// <exception cref="InvalidDataException">The result file holds something else.</exception>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        using ResultFile file = ResultFile.Open(options.OutFile, chart is null ? null : chart.Remember);
        chart?.Write();
        try
        {
            while (!IsDone)
            {
                await using Line line = await ConnectAsync(cancel);
                await ListenAsync(line, file, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // stopped: what is stored is stored, the rest comes again
        }

        return stored;
    }

    private bool IsDone => options.Count is { } count && stored >= count;

    private async Task ListenAsync(Line line, ResultFile file, CancellationToken cancel)
    {
        try
        {
            await foreach (MqttApplicationMessageReceivedEventArgs message in line.Arrived.Reader.ReadAllAsync(cancel))
            {
                await TakeAsync(line.Client, file, message.ApplicationMessage, cancel);
                await InTimeAsync(message.AcknowledgeAsync, cancel);
                if (IsDone)
                {
                    return;
                }
            }
        }
        catch (Exception lost) when (lost is MqttCommunicationException or TimeoutException or ChannelClosedException)
        {
            await output.WriteLineAsync($"line lost: {lost.Message}");
        }
    }

    private async Task TakeAsync(IMqttClient client, ResultFile file, MqttApplicationMessage message, CancellationToken cancel)
    {
        (ResultMessage? result, string? fault) = ResultMessage.Read(
            message.Topic,
            (message.UserProperties ?? []).Select(p => KeyValuePair.Create(p.Name, Encoding.UTF8.GetString(p.ValueBuffer.Span))),
            message.Payload.ToArray());
        if (result is null)
        {
            await output.WriteLineAsync($"unreadable {message.Topic}: {fault}");
            return;
        }

        string status = "rejected";
        bool superseded = false;
        seen += file.Holds(result) ? 0 : 1;
        if (fault is null && Acts(RecordFaultKind.Reject))
        {
            fault = "refused on purpose";
        }

        if (fault is null)
        {
            Stored answer = file.Add(result, time.GetUtcNow());
            (status, superseded) = (answer.Duplicate ? "duplicate" : "stored", answer.Superseded);
            stored += answer.Duplicate ? 0 : 1;
            if (!answer.Duplicate && Acts(RecordFaultKind.Die))
            {
                using Process self = Process.GetCurrentProcess();
                self.Kill();
            }

            if (!answer.Duplicate)
            {
                chart?.Take(result.Bundle);
            }
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{status} {result.Topic} id {result.Id} sequence {result.Sequence ?? "none"} version {result.Version?.ToString(CultureInfo.InvariantCulture) ?? "none"}{(result.Part is { } part ? $" part {part}" : "")}{(superseded ? " (older than held)" : "")} entries {result.Entries}"));
        await output.FlushAsync(cancel);
        string? reason = superseded ? "a higher version is held" : fault;
        if (Acts(RecordFaultKind.Unknown))
        {
            await AnswerAsync(client, result, "00000000-0000-4000-8000-00000000dead", status, reason, cancel);
        }

        for (int time = Acts(RecordFaultKind.Twice) ? 2 : 1; time > 0; time--)
        {
            await AnswerAsync(client, result, result.Id, status, reason, cancel);
        }
    }

    private bool Acts(RecordFaultKind kind) => options.Fault?.Acts(kind, seen) == true;

    private async Task AnswerAsync(IMqttClient client, ResultMessage result, string id, string status, string? reason, CancellationToken cancel)
    {
        MqttApplicationMessageBuilder receipt = new MqttApplicationMessageBuilder()
            .WithTopic(result.AcknowledgementTopic(options.Consumer))
            .WithPayload(Receipt(id, status, reason))
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        if (!options.Mqtt311)
        {
            receipt = receipt.WithContentType("application/json").WithPayloadFormatIndicator(MqttPayloadFormatIndicator.CharacterData);
        }

        await InTimeAsync(c => client.PublishAsync(receipt.Build(), c), cancel);
    }

    private byte[] Receipt(string id, string status, string? reason)
    {
        using MemoryStream body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("status", status);
            if (reason is not null)
            {
                json.WriteString("reason", reason);
            }

            json.WriteString("time", time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        return body.ToArray();
    }

    private async Task<Line> ConnectAsync(CancellationToken cancel)
    {
        long started = time.GetTimestamp();
        while (true)
        {
            Line? line = null;
            try
            {
                line = new Line(options);
                await InTimeAsync(async c =>
                {
                    MqttClientConnectResult welcome = await line.Client.ConnectAsync(line.Connection, c);
                    if (welcome.ResultCode != MqttClientConnectResultCode.Success)
                    {
                        throw new MqttCommunicationException($"refused: {welcome.ResultCode}");
                    }
                }, cancel);
                MqttClientSubscribeOptions wanted = new MqttClientSubscribeOptionsBuilder()
                    .WithTopicFilter($"vascular/v1/{options.Site}/+/result/+", MqttQualityOfServiceLevel.AtLeastOnce)
                    .Build();
                await InTimeAsync(c => line.Client.SubscribeAsync(wanted, c), cancel);
                await output.WriteLineAsync($"listening to {options.Broker} as {options.Client}");
                await output.FlushAsync(cancel);
                return line;
            }
            catch (Exception failure) when (failure is MqttCommunicationException or IOException or CryptographicException
                or ArgumentException or TimeoutException or UnauthorizedAccessException)
            {
                if (line is not null)
                {
                    await line.DisposeAsync();
                }

                if (time.GetElapsedTime(started) >= options.Wait)
                {
                    throw new TimeoutException(failure.Message, failure);
                }

                await Task.Delay(Retry, time, cancel);
            }
            catch
            {
                if (line is not null)
                {
                    await line.DisposeAsync();
                }

                throw;
            }
        }
    }

    private async Task InTimeAsync(Func<CancellationToken, Task> act, CancellationToken cancel)
    {
        using CancellationTokenSource deadline = new(Deadline, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        try
        {
            await act(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer from {options.Broker} within {Deadline.TotalSeconds:0} s");
        }
    }

    /// <summary>One connection: its client, its certificates and what arrived on it.</summary>
    private sealed class Line : IAsyncDisposable
    {
        private readonly CancellationTokenSource closing = new();
        private readonly X509Certificate2? certificate;
        private readonly X509Certificate2 authority;

        public Line(RecordOptions options)
        {
            // read at each connection: the station may just be making them, or have renewed them
            certificate = options.CertificateFile is { } file ? X509Certificate2.CreateFromPemFile(file, options.KeyFile) : null;
            authority = X509CertificateLoader.LoadCertificateFromFile(options.AuthorityFile);
            MqttClientOptionsBuilder connection = new MqttClientOptionsBuilder()
                .WithTcpServer(options.Broker.Host, options.Broker.Port)
                .WithTlsOptions(tls => tls
                    .UseTls()
                    .WithTargetHost(options.Broker.Host)
                    .WithClientCertificates(certificate is null ? [] : [certificate])
                    .WithCertificateValidationHandler(Believes))
                .WithProtocolVersion(options.Mqtt311 ? MqttProtocolVersion.V311 : MqttProtocolVersion.V500)
                .WithClientId(options.Client)
                .WithCleanSession(false)
                .WithKeepAlivePeriod(TimeSpan.FromSeconds(15))
                .WithTimeout(Deadline);
            if (!options.Mqtt311)
            {
                connection = connection.WithSessionExpiryInterval(SessionSeconds).WithReceiveMaximum(ReceiveMaximum);
            }

            if (options.User is { } user)
            {
                connection = connection.WithCredentials(user, File.ReadAllText(options.PasswordFile!).TrimEnd('\r', '\n'));
            }

            Connection = connection.Build();
            Client.ApplicationMessageReceivedAsync += KeepAsync;
            Client.DisconnectedAsync += lost =>
            {
                Arrived.Writer.TryComplete(new MqttCommunicationException($"the broker is gone: {lost.Reason}"));
                return Task.CompletedTask;
            };
        }

        public IMqttClient Client { get; } = new MqttClientFactory().CreateMqttClient();

        public MqttClientOptions Connection { get; }

        /// <summary>Messages not yet stored; full = the library waits, unacknowledged.</summary>
        public Channel<MqttApplicationMessageReceivedEventArgs> Arrived { get; } =
            Channel.CreateBounded<MqttApplicationMessageReceivedEventArgs>(new BoundedChannelOptions(ReceiveMaximum) { SingleReader = true });

        public async ValueTask DisposeAsync()
        {
            if (Client.IsConnected)
            {
                using CancellationTokenSource soon = new(TimeSpan.FromSeconds(2));
                try
                {
                    await Client.DisconnectAsync(new MqttClientDisconnectOptions { SessionExpiryInterval = Connection.ProtocolVersion == MqttProtocolVersion.V311 ? 0 : SessionSeconds }, soon.Token);
                }
                catch (Exception gone) when (gone is MqttCommunicationException or OperationCanceledException)
                {
                    // the session stays with the broker either way
                }
            }

            await closing.CancelAsync();
            Client.Dispose();
            closing.Dispose();
            certificate?.Dispose();
            authority.Dispose();
        }

        private async Task KeepAsync(MqttApplicationMessageReceivedEventArgs message)
        {
            message.AutoAcknowledge = false;
            try
            {
                await Arrived.Writer.WriteAsync(message, closing.Token);
            }
            catch (Exception gone) when (gone is OperationCanceledException or ChannelClosedException or ObjectDisposedException or MqttCommunicationException)
            {
                // not acknowledged: the broker keeps it
            }
        }

        private bool Believes(MqttClientCertificateValidationEventArgs shown)
        {
            const SslPolicyErrors Fatal = SslPolicyErrors.RemoteCertificateNotAvailable | SslPolicyErrors.RemoteCertificateNameMismatch;
            if ((shown.SslPolicyErrors & Fatal) != 0 || shown.Certificate is null)
            {
                return false;
            }

            using X509Certificate2 broker = X509CertificateLoader.LoadCertificate(shown.Certificate.GetRawCertData());
            using X509Chain chain = new();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
            return chain.Build(broker);
        }
    }
}
