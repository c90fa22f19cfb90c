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
    private string _text = StationConfiguration.TextOf(file);
    private (DateTime Written, long Length) _read = StampOf(file);
    private (DateTime Written, long Length) _seen = StampOf(file);
    private bool? _again; // a change that could not be taken, and how it was asked for
    private string? _refused;
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
    /// <param name="changed">Told what is another; what it does with the lines is done when it returns. A <see cref="CommandFailure"/> of it leaves the old file in force, and is tried again.</param>
    /// <param name="refused">Told why a new file is not taken, once for each reason.</param>
    public async Task RunAsync(Func<ReloadedConfiguration, CancellationToken, Task> changed, Action<string> refused, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            Task asked = _asked.Next();
            await LookAsync(changed, refused, atOnce: false, cancel);
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(asked, Task.Delay(Every, time, enough.Token));
            await enough.CancelAsync();
        }
    }

    /// <summary>One look: takes the file when it changed and stands still, or was asked for. Parameters as <see cref="RunAsync"/>.</summary>
    /// <param name="atOnce">A changed file is not looked at a second time.</param>
    public async Task LookAsync(Func<ReloadedConfiguration, CancellationToken, Task> changed, Action<string> refused, bool atOnce, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(refused);
        if (Due(atOnce) is not { } due)
        {
            return;
        }

        try
        {
            await ReadAsync(changed, due, cancel);
            _refused = null;
        }
        catch (CommandFailure wrong)
        {
            if (_refused != wrong.Message)
            {
                _refused = wrong.Message;
                refused(wrong.Message);
            }
        }
    }

    private async Task ReadAsync(Func<ReloadedConfiguration, CancellationToken, Task> changed, bool asked, CancellationToken cancel)
    {
        string text = StationConfiguration.TextOf(file);
        StationConfiguration written = StationConfiguration.Parse(text, file);
        ConfigurationChange change = ConfigurationChange.Between(InForce, written);
        if (!change.IsEmpty)
        {
            _again = asked;
            await changed(new ReloadedConfiguration(file, asked, _text, text, written, change), cancel);
            _again = null;
        }

        (InForce, _text) = (written, text);
    }

    /// <returns>Whether the file is to be read: true when somebody asked, false when it changed; null when it is not to be read.</returns>
    private bool? Due(bool atOnce)
    {
        (DateTime, long) now = StampOf(file);
        bool settled = atOnce || now == _seen;
        _seen = now;
        if (!_now && _again is null && (now == _read || !settled))
        {
            return null;
        }

        bool asked = _now || (_again ?? false);
        (_now, _again, _read) = (false, null, now);
        return asked;
    }

    /// <summary>A file that is gone has the stamp of no file; it is refused once when it is read.</summary>
    private static (DateTime Written, long Length) StampOf(string file)
    {
        var info = new FileInfo(file);
        return info.Exists ? (info.LastWriteTimeUtc, info.Length) : default;
    }
}
