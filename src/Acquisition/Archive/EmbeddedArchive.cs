using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Polly;
using Polly.Retry;
using Vascular.Acquisition.Access;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Station;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Archive;

/// <summary>The Orthanc that a station runs: started, watched, started again when it ends. Nothing else of the station waits for it.</summary>
internal sealed class EmbeddedArchive
{
    private const string SecretName = "archive.secret";
    private const int PortsTried = 50;

    /// <summary>A run shorter than this was a failed start: the wait before the next doubles.</summary>
    private static readonly TimeSpan GoodRun = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly string settings;
    private readonly Action<string?> state;
    private readonly TimeProvider time;
    private readonly ResiliencePipeline restarting;

    private EmbeddedArchive(string settings, int httpPort, int dicomPort, string password, Action<string?> state, TimeProvider time)
    {
        (this.settings, HttpPort, DicomPort, Password, this.state, this.time) = (settings, httpPort, dicomPort, password, state, time);
        restarting = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<OrthancEndedException>(),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = TimeSpan.FromMinutes(1),
            })
            .Build();
    }

    public int HttpPort { get; }

    public int DicomPort { get; }

    /// <summary>Generated at the first start, kept in the keys folder.</summary>
    public string Password { get; }

    /// <summary>The running process; null between two runs.</summary>
    public int? ProcessId { get; private set; }

    /// <summary>Writes the configuration; ends what a killed station left behind. Nothing runs yet.</summary>
    /// <param name="folder">The archive's folder in the data folder.</param>
    /// <param name="state">Told null when it answers, else why it does not.</param>
    /// <exception cref="CommandFailure">The folder or the keys cannot be written, or no port is free.</exception>
    public static async Task<EmbeddedArchive> PrepareAsync(ArchiveConfiguration archive, string folder, string keys, Action<string?> state, TimeProvider time)
    {
        string settings = Path.Combine(folder, "orthanc.json");
        foreach (string needed in (string[])[folder, Path.Combine(folder, "storage"), Path.Combine(folder, "worklists")])
        {
            KeyFiles.EnsureFolder(needed);
        }

        await OrthancProcess.EndOrphans(settings, time);
        string password = Secret(keys);
        int dicomPort = FreePort(archive.DicomPort, null);
        int httpPort = FreePort(archive.HttpPort, dicomPort);
        StationCertificate? certificate = null;
        if (archive.Tls)
        {
            using StationAuthority authority = StationAuthority.Open(keys, time);
            certificate = authority.EnsureArchive();
            foreach (DicomPeer peer in archive.Peers)
            {
                authority.EnsureClient(peer.Name);
            }
        }

        KeyFiles.Write(settings, OrthancSettings.Of(archive, folder, httpPort, dicomPort, password, certificate), secret: true);
        return new EmbeddedArchive(settings, httpPort, dicomPort, password, state, time);
    }

    /// <summary>Keeps it running until cancelled; it has ended then.</summary>
    public async Task RunAsync(OrthancRest rest, CancellationToken cancel)
    {
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                await restarting.ExecuteAsync(async stop => await RunOnceAsync(rest, stop), cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // stopped while waiting for the next attempt
        }
    }

    /// <summary>Returns after a good run has ended; throws after a short one.</summary>
    private async Task RunOnceAsync(OrthancRest rest, CancellationToken cancel)
    {
        OrthancProcess run;
        long began = time.GetTimestamp();
        try
        {
            run = await OrthancProcess.StartAsync(settings);
        }
        catch (Exception failure) when (failure is IOException or System.ComponentModel.Win32Exception or CommandFailure)
        {
            state(failure.Message);
            throw new OrthancEndedException(failure.Message);
        }

        await using (run)
        {
            ProcessId = run.Id;
            try
            {
                await AnswersAsync(run, rest, cancel);
                state(null);
                Task ended = await Task.WhenAny(run.Ended, Task.Delay(Timeout.InfiniteTimeSpan, time, cancel));
                if (ended != run.Ended)
                {
                    await EndAsync(run, rest);
                    cancel.ThrowIfCancellationRequested();
                }
            }
            finally
            {
                ProcessId = null;
            }

            string why = $"Orthanc {await run.Ended}";
            if (cancel.IsCancellationRequested)
            {
                return;
            }

            state(why);
            if (time.GetElapsedTime(began) < GoodRun)
            {
                throw new OrthancEndedException(why);
            }
        }
    }

    private async Task AnswersAsync(OrthancProcess run, OrthancRest rest, CancellationToken cancel)
    {
        long began = time.GetTimestamp();
        while (!run.Ended.IsCompleted && !await rest.AnswersAsync(cancel))
        {
            if (time.GetElapsedTime(began) > StartWithin)
            {
                state($"Orthanc does not answer within {StartWithin.TotalSeconds:0} s");
                throw new OrthancEndedException("no answer");
            }

            await Task.Delay(Pause, time, cancel);
        }
    }

    /// <summary>Asks it to end, so that it closes its index; it is killed where it does not.</summary>
    private async Task EndAsync(OrthancProcess run, OrthancRest rest)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
        await rest.ShutDownAsync(deadline.Token);
        await Task.WhenAny(run.Ended, Task.Delay(Timeout.InfiniteTimeSpan, time, deadline.Token));
    }

    private static string Secret(string keys)
    {
        KeysFolder.Prepare(keys);
        string file = Path.Combine(keys, SecretName);
        if (!File.Exists(file))
        {
            KeyFiles.Write(file, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)), secret: true);
        }

        return File.ReadAllText(file).Trim();
    }

    /// <summary>The wanted port, or the next that is free on every address, as Orthanc takes it.</summary>
    private static int FreePort(int wanted, int? taken)
    {
        for (int port = wanted; port < Math.Min(wanted + PortsTried, ushort.MaxValue); port++)
        {
            if (port == taken)
            {
                continue;
            }

            using var probe = new TcpListener(IPAddress.Any, port);
            try
            {
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // somebody has it
            }
        }

        throw new CommandFailure(string.Create(CultureInfo.InvariantCulture, $"no free port from {wanted} on"), "for the archive", "set archive.http_port and archive.dicom_port in station.json to free ports");
    }

    private sealed class OrthancEndedException(string message) : Exception(message);
}
