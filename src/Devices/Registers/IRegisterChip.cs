namespace Vascular.Devices.Registers;

/// <summary>A chip on a bus, as far as a link needs to know it.</summary>
public interface IRegisterChip
{
    /// <summary>Makes sure that this chip answers.</summary>
    /// <exception cref="IOException">Nobody answers, or another chip.</exception>
    Task BeginAsync(BusCalls calls, CancellationToken cancel);

    /// <summary>Reads everything once, in turn; the line of each read is valid until the next one is asked for. A read that fails is a line with its error number.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> PollAsync(BusCalls calls, CancellationToken cancel);
}
