using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Vascular.Acquisition.Tests.Publishing.Mqtt;

namespace Vascular.Acquisition.Tests.Delivering;

/// <summary>Debian's RabbitMQ 3.10 with its MQTT plugin: 3.1.1 alone, TLS without client certificates, user and password. One node in a folder and on ports of its own,
/// without the wrapper of the Debian service.</summary>
public sealed class RabbitPeer : IAsyncDisposable
{
    private const string Folder = "/usr/lib/rabbitmq/bin";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly string root;
    private readonly Process names;
    private readonly Process server;

    private RabbitPeer()
    {
        root = Path.Combine(Keys.Root, "rabbit");
        foreach (string folder in (string[])["home", "mnesia", "log"])
        {
            Directory.CreateDirectory(Path.Combine(root, folder));
        }

        (Port, int epmd, int distribution) = (FreePort(), FreePort(), FreePort());
        File.WriteAllText(Path.Combine(root, "enabled_plugins"), "[rabbitmq_mqtt].\n");
        File.WriteAllText(PasswordFile, Password + "\n");
        File.WriteAllText(Path.Combine(root, "rabbit.conf"), $"""
            listeners.tcp = none
            mqtt.listeners.tcp = none
            mqtt.listeners.ssl.1 = 127.0.0.1:{Port}
            ssl_options.cacertfile = {Keys.Broker.AuthorityFile}
            ssl_options.certfile = {Keys.Broker.CertificateFile}
            ssl_options.keyfile = {Keys.Broker.KeyFile}
            ssl_options.verify = verify_none
            ssl_options.fail_if_no_peer_cert = false
            mqtt.allow_anonymous = false
            mqtt.subscription_ttl = 86400000
            default_user = {User}
            default_pass = {Password}

            """);
        names = new Process { StartInfo = Command("/usr/bin/epmd", ["-port", $"{epmd}", "-address", "127.0.0.1"], epmd, distribution) };
        server = new Process { StartInfo = Command(Path.Combine(Folder, "rabbitmq-server"), [], epmd, distribution) };
    }

    public const string User = "laboratory";

    private const string Password = "for-this-test-only";

    /// <summary>Why it cannot run here; null when it can.</summary>
    public static string? Missing => File.Exists(Path.Combine(Folder, "rabbitmq-server")) ? null : "rabbitmq-server is not installed (apt-get install rabbitmq-server)";

    public TestKeys Keys { get; } = new();

    public int Port { get; }

    public string PasswordFile => Path.Combine(root, "password");

    public static async Task<RabbitPeer> StartAsync()
    {
        RabbitPeer peer = new();
        peer.names.Start();
        TaskCompletionSource running = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> said = [];
        peer.server.OutputDataReceived += (_, line) =>
        {
            said.Add(line.Data ?? "ended");
            if (line.Data is null)
            {
                running.TrySetException(new InvalidOperationException(string.Join('\n', said)));
            }
            else if (line.Data.Contains("Starting broker... completed", StringComparison.Ordinal))
            {
                running.TrySetResult();
            }
        };
        peer.server.Start();
        peer.server.BeginOutputReadLine();
        await running.Task.WaitAsync(Patience);
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in (Process[])[server, names])
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync().WaitAsync(Patience);
            process.Dispose();
        }

        Keys.Dispose();
    }

    private ProcessStartInfo Command(string program, string[] arguments, int epmd, int distribution)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = root };
        (string Name, string Value)[] settings =
        [
            ("HOME", Path.Combine(root, "home")), ("PATH", $"{Folder}:/usr/sbin:/usr/bin:/sbin:/bin"),
            ("ERL_EPMD_ADDRESS", "127.0.0.1"), ("ERL_EPMD_PORT", $"{epmd}"),
            ("RABBITMQ_NODENAME", "r1@localhost"), ("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"), ("RABBITMQ_DIST_PORT", $"{distribution}"),
            ("RABBITMQ_CONFIG_FILE", Path.Combine(root, "rabbit.conf")), ("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(root, "enabled_plugins")),
            ("RABBITMQ_MNESIA_BASE", Path.Combine(root, "mnesia")), ("RABBITMQ_LOG_BASE", Path.Combine(root, "log")), ("RABBITMQ_PID_FILE", Path.Combine(root, "r1.pid")),
            ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
        ];
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static int FreePort()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }
}

/// <summary>Needs Debian's rabbitmq-server and mosquitto-clients.</summary>
public sealed class RabbitFactAttribute : FactAttribute
{
    public RabbitFactAttribute() => Skip = RabbitPeer.Missing ?? (File.Exists("/usr/bin/mosquitto_sub") ? null : "mosquitto_sub is not installed (apt-get install mosquitto-clients)");
}
