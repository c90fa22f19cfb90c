namespace Vascular.Devices.Links;

/// <summary>A device that says nothing by itself: its registers or attributes are read in turn.</summary>
public interface IPolled : IAsyncDisposable
{
    /// <summary>What is at the other end: bus and address, or host, port and device.</summary>
    string Path { get; }

    /// <summary>Who is at the other end; null where nothing tells it.</summary>
    string? Identity { get; }

    /// <summary>One poll: reads everything once, in turn, and hands out one line for each read as soon as it is done
    /// (<see cref="Registers.RegisterCodec"/>). A read that fails is a line with its error number.</summary>
    /// <exception cref="IOException">Nothing more can be read here: the line is lost.</exception>
    IAsyncEnumerable<ReadOnlyMemory<byte>> PollAsync(CancellationToken cancel);
}
