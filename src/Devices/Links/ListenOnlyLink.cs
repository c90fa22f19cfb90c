namespace Vascular.Devices.Links;

/// <summary>A link on which nothing is ever written: the device is another one's, or must not be disturbed.</summary>
internal sealed class ListenOnlyLink(ILink link) : ILink
{
    public string Path => link.Path;

    public string? Identity => link.Identity;

    public string? Remark => link.Remark;

    public SerialInputs? Inputs => link.Inputs;

    public bool HasInputs => link.HasInputs;

    public IAsyncEnumerable<Arrival> ReadAsync(CancellationToken cancel) => link.ReadAsync(cancel);

    /// <summary>Fails always.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return ValueTask.FromException(new IOException($"{Path} is listened to only: nothing was sent"));
    }

    public ValueTask DisposeAsync() => link.DisposeAsync();
}
