using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Vascular.Devices.Iiod;

namespace Vascular.Devices.Tests.Links;

/// <summary>An iiod of two sites, four inputs each, whose answers a test can hold back. Input n of device d reads 1000 d + n.</summary>
internal sealed class ScriptedIiod : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> connections = [];
    private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int connected;

    public ScriptedIiod()
    {
        listener.Start();
        _ = AcceptAsync();
    }

    public static IiodContext Context { get; } = new("scripted", [Device(0, "site-a"), Device(1, "site-b")]);

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Connections so far.</summary>
    public int Connected => connected;

    /// <summary>What is said to a command instead of the usual; null for the usual.</summary>
    public Func<IiodCommand, byte[]?>? Instead { get; set; }

    /// <summary>An answer that comes when the daemon has it; null for one that is there at once.</summary>
    public Func<IiodCommand, Task<byte[]>?>? Later { get; set; }

    /// <summary>The answer to the first command this is true for is held back until <see cref="ReleaseAsync"/>; later ones are answered at once.</summary>
    public Func<IiodCommand, bool>? HoldBack { get; set; }

    /// <summary>Ends when an answer is held back.</summary>
    public Task Held => held.Task;

    /// <summary>Sends the answer held back, if the connection is still there.</summary>
    public Task ReleaseAsync()
    {
        release.TrySetResult();
        return released.Task;
    }

    /// <summary>The daemon dies.</summary>
    public void Dispose()
    {
        listener.Dispose();
        foreach (Socket connection in connections)
        {
            connection.Dispose();
        }
    }

    private static IiodDevice Device(int number, string label) => new($"iio:device{number}", "ads1015", label)
    {
        Channels = [.. Enumerable.Range(0, 4).Select(n => new IiodChannel($"voltage{n}", IsOutput: false, null)
        {
            Attributes = [("raw", $"in_voltage{n}_raw"), ("scale", $"in_voltage{n}_scale")],
        })],
        Attributes = ["sampling_frequency"],
    };

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket connection = await listener.AcceptSocketAsync();
                connections.Add(connection);
                Interlocked.Increment(ref connected);
                _ = ServeAsync(connection);
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // the daemon died
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        ArrayBufferWriter<byte> heard = new();
        byte[] buffer = new byte[1024];
        try
        {
            while (await connection.ReceiveAsync(buffer) is var count and > 0)
            {
                heard.Write(buffer.AsSpan(0, count));
                ReadOnlySequence<byte> wire = new(heard.WrittenSpan.ToArray());
                while (IiodCodec.TryReadCommand(ref wire, out IiodCommand command, out _) == OperationStatus.Done)
                {
                    byte[] answer = Later?.Invoke(command) is { } coming ? await coming : Instead?.Invoke(command) ?? Answer(command);
                    if (HoldBack?.Invoke(command) == true && held.TrySetResult())
                    {
                        _ = SendLateAsync(connection, answer);
                        continue;
                    }

                    await connection.SendAsync(answer);
                }

                heard.Clear();
                heard.Write(wire.ToArray());
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // the client left
        }
    }

    private async Task SendLateAsync(Socket connection, byte[] answer)
    {
        await release.Task;
        try
        {
            await connection.SendAsync(answer);
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // the client left
        }

        released.SetResult();
    }

    private static byte[] Answer(IiodCommand command)
    {
        ArrayBufferWriter<byte> wire = new();
        switch (command.Verb)
        {
            case IiodVerb.Version:
                IiodCodec.WriteVersion(0, 24, "v0.24", wire);
                break;
            case IiodVerb.Print:
                IiodCodec.WriteData(Context.Write(), wire);
                break;
            case IiodVerb.Timeout:
                IiodCodec.WriteCode(0, wire);
                break;
            case IiodVerb.Read when command.Attribute == "scale":
                IiodCodec.WriteData("0.062500000\0"u8, wire);
                break;
            case IiodVerb.Read:
                IiodCodec.WriteData(Encoding.ASCII.GetBytes($"{command.Device[^1]}00{command.Channel![^1]}\0"), wire);
                break;
            default:
                IiodCodec.WriteCode(-22, wire);
                break;
        }

        return wire.WrittenSpan.ToArray();
    }
}
