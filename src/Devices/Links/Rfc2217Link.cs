namespace Vascular.Devices.Links;

/// <summary>A serial port of another machine, with its speed, parity and modem lines set from here (RFC 2217: ser2net and many boxes).</summary>
/// <remarks>A server without the option is used as it is set, and <see cref="Remark"/> says so.</remarks>
public sealed class Rfc2217Link : ILink
{
    /// <summary>Deadline of all answers to the settings.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    private readonly ComPortStream stream;
    private readonly ByteLine line;

    private Rfc2217Link(string path, ComPortStream stream, string? remark, ITapeClock clock, TimeProvider time)
    {
        (Path, this.stream, Remark) = (path, stream, remark);
        line = new ByteLine(stream, path, clock, time);
    }

    /// <summary><c>rfc2217://host:port</c> as configured.</summary>
    public string Path { get; }

    /// <summary>Null: a server tells who made it, not which device is behind it.</summary>
    public string? Identity => null;

    public string? Remark { get; }

    /// <summary>Errors the server noticed on its line since it was opened.</summary>
    public LineErrors Errors => stream.Errors;

    /// <summary>Modem lines as the server last told them; null where it tells none.</summary>
    public SerialInputs? Inputs => stream.Inputs;

    public bool HasInputs => true;

    /// <param name="erred">Told of each error the server notices on its line.</param>
    /// <exception cref="IOException">No connection, no answers, or settings the port refuses: what, where, what to do.</exception>
    public static async ValueTask<Rfc2217Link> OpenAsync(
        LinkSettings.Rfc2217 settings, ITapeClock clock, TimeProvider time, CancellationToken cancel, Action<LineErrors>? erred = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(time);
        string path = TcpDial.Name("rfc2217", settings.Host, settings.Port);
        var stream = new ComPortStream(await TcpDial.ConnectAsync(settings.Host, settings.Port, path, settings.ConfiguredAt, time, cancel), time) { Erred = erred };
        try
        {
            string? remark = await stream.SetAsync(settings, AnswerLimit, cancel);
            var link = new Rfc2217Link(path, stream, remark, clock, time);
            stream = null;
            return link;
        }
        catch (IOException refused)
        {
            throw new IOException($"settings the port refuses: {path}, correct {settings.ConfiguredAt} or the server's own ({refused.Message})", refused);
        }
        finally
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }
        }
    }

    public IAsyncEnumerable<Arrival> ReadAsync(CancellationToken cancel) => line.ReadAsync(cancel);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => line.WriteAsync(bytes, cancel);

    public ValueTask DisposeAsync()
    {
        line.Dispose();
        return stream.DisposeAsync();
    }
}
