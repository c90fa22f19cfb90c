using System.Runtime.CompilerServices;

namespace Vascular.Devices.Links;

/// <summary>A link whose arrivals are also handed to the readers of a <see cref="Relay"/>, before the station takes them.</summary>
internal sealed class RelayedLink(ILink link, Relay relay) : ILink
{
    public string Path => link.Path;

    public string? Identity => link.Identity;

    public string? Remark => link.Remark;

    public SerialInputs? Inputs => link.Inputs;

    public bool HasInputs => link.HasInputs;

    public async IAsyncEnumerable<Arrival> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (Arrival arrival in link.ReadAsync(cancel))
        {
            if (!arrival.IsStray)
            {
                relay.Hand(arrival.Bytes.Span);
            }

            yield return arrival;
        }
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => link.WriteAsync(bytes, cancel);

    public ValueTask DisposeAsync() => link.DisposeAsync();
}
