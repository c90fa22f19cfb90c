using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Vascular.Acquisition.Tests.Publishing.Mqtt;

/// <summary>A test that needs Debian's mosquitto; it is skipped, with the reason, where there is none.</summary>
public sealed class MosquittoFactAttribute : FactAttribute
{
    public MosquittoFactAttribute() => Skip = MosquittoPeer.Program is null ? "mosquitto is not installed (apt-get install mosquitto)" : null;
}

/// <summary>A real mosquitto with the shipped configuration, in a folder and on a port of its own.</summary>
public sealed class MosquittoPeer : MqttPeer
{
    private readonly List<string> said = [];
    private readonly string shipped = Path.Combine(AppContext.BaseDirectory, "config", "mosquitto");
    private Process? process;

    private MosquittoPeer()
    {
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            Port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        _ = Keys.Broker;
        Directory.CreateDirectory(Path.Combine(Keys.Root, "data"));
        WriteConfiguration();
        WriteRights();
    }

    /// <summary>Path of the broker, or null when it is not installed.</summary>
    public static string? Program => new[] { "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto" }.FirstOrDefault(File.Exists);

    public override int Port { get; }

    /// <summary>What it logged so far.</summary>
    public IReadOnlyList<string> Said
    {
        get
        {
            lock (said)
            {
                return [.. said];
            }
        }
    }

    /// <param name="prepare">What differs from the shipped configuration.</param>
    public static async Task<MosquittoPeer> StartAsync(Action<MosquittoPeer>? prepare = null)
    {
        MosquittoPeer peer = new();
        prepare?.Invoke(peer);
        await peer.StartAgainAsync();
        return peer;
    }

    /// <summary>The shipped configuration, changed; for the next start.</summary>
    public void WriteConfiguration(Func<string, string>? change = null)
    {
        string configuration = File.ReadAllText(Path.Combine(shipped, "mosquitto.conf"));
        Assert.Contains("listener 18883 127.0.0.1", configuration, StringComparison.Ordinal);
        configuration = configuration.Replace("listener 18883 127.0.0.1", $"listener {Port} 127.0.0.1", StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(Keys.Root, "mosquitto.conf"), $"user {Environment.UserName}\n" + (change?.Invoke(configuration) ?? configuration));
    }

    /// <summary>The shipped rights, changed; for the next start.</summary>
    public void WriteRights(Func<string, string>? change = null)
    {
        string rights = File.ReadAllText(Path.Combine(shipped, "acl.conf"));
        File.WriteAllText(Path.Combine(Keys.Root, "acl.conf"), change?.Invoke(rights) ?? rights);
    }

    /// <summary>Starts it, or starts it again in the same folder and on the same port.</summary>
    public async Task StartAgainAsync()
    {
        TaskCompletionSource running = new(TaskCreationOptions.RunContinuationsAsynchronously);
        process?.Dispose();
        process = new Process
        {
            StartInfo = new ProcessStartInfo(Program!, ["-c", "mosquitto.conf"]) { WorkingDirectory = Keys.Root, RedirectStandardError = true, RedirectStandardOutput = true },
        };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (said)
            {
                said.Add(line.Data ?? "ended");
            }

            if (line.Data is null)
            {
                running.TrySetException(new InvalidOperationException("mosquitto ended: " + string.Join('\n', Said)));
            }
            else if (line.Data.EndsWith(" running", StringComparison.Ordinal))
            {
                running.TrySetResult();
            }
        };
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        await running.Task.WaitAsync(TestClient.Deadline);
    }

    public override async Task KillAsync()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            await process.WaitForExitAsync().WaitAsync(TestClient.Deadline);
        }
    }

    /// <summary>It accepts and says nothing (SIGSTOP), until <see cref="WakeAsync"/>.</summary>
    public Task StunAsync() => SignalAsync("-STOP");

    public Task WakeAsync() => SignalAsync("-CONT");

    private async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("/bin/kill", [signal, $"{process!.Id}"]);
        await kill.WaitForExitAsync().WaitAsync(TestClient.Deadline);
    }
}
