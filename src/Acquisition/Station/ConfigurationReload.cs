using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Publishing;

namespace Vascular.Acquisition.Station;

/// <summary>Reads the station file again when it changed or when it is asked to (<c>SIGHUP</c>). A file that is wrong changes nothing: what was in force stays.</summary>
/// <param name="file">The station file.</param>
/// <param name="inForce">What was read of it at the start.</param>
public sealed class ConfigurationReload(string file, StationConfiguration inForce, TimeProvider time)
{
    /// <summary>How often the file is looked at. It is read when it looked the same twice: half a file is not judged.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly ChangeSignal _asked = new();
    private (DateTime Written, long Length) _read = StampOf(file);
    private (DateTime Written, long Length) _seen = StampOf(file);
    private volatile bool _now;

    /// <summary>The file in force.</summary>
    public StationConfiguration InForce { get; private set; } = inForce;

    /// <summary>Reads the file at once, changed or not. Any thread.</summary>
    public void Ask()
    {
        _now = true;
        _asked.Raise();
    }

    /// <summary>Watches until cancelled.</summary>
    /// <param name="changed">Told what is another; what it does with the lines is done when it returns.</param>
    /// <param name="refused">Told why a new file is not taken.</param>
    public async Task RunAsync(Func<ConfigurationChange, StationConfiguration, CancellationToken, Task> changed, Action<string> refused, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(refused);
        while (!cancel.IsCancellationRequested)
        {
            Task asked = _asked.Next();
            if (Due())
            {
                await ReadAsync(changed, refused, cancel);
            }

            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(asked, Task.Delay(Every, time, enough.Token));
            await enough.CancelAsync();
        }
    }

    private async Task ReadAsync(Func<ConfigurationChange, StationConfiguration, CancellationToken, Task> changed, Action<string> refused, CancellationToken cancel)
    {
        ConfigurationChange change;
        StationConfiguration written;
        try
        {
            written = StationConfiguration.Read(file);
            change = ConfigurationChange.Between(InForce, written);
        }
        catch (CommandFailure wrong)
        {
            refused(wrong.Message);
            return;
        }

        if (!change.IsEmpty)
        {
            await changed(change, written, cancel);
            InForce = written;
        }
    }

    private bool Due()
    {
        (DateTime, long) now = StampOf(file);
        bool settled = now == _seen;
        _seen = now;
        if (!_now && (now == _read || !settled))
        {
            return false;
        }

        (_now, _read) = (false, now);
        return true;
    }

    /// <summary>A file that is gone has the stamp of no file; it is refused once when it is read.</summary>
    private static (DateTime Written, long Length) StampOf(string file)
    {
        var info = new FileInfo(file);
        return info.Exists ? (info.LastWriteTimeUtc, info.Length) : default;
    }
}
