using System.Buffers;

namespace Vascular.Simulators.Wire;

/// <summary>A serial port behind RFC 2217 on a TCP port of loopback, as ser2net offers one. Speed and shape are taken and answered; the device's own speed stays.</summary>
public sealed class ComPortLine(int port) : IHostLine
{
    private readonly TcpLine line = new(port);
    private readonly ArrayBufferWriter<byte> data = new(256);
    private readonly ArrayBufferWriter<byte> said = new(256);
    private readonly Queue<byte> unsent = new();
    private readonly byte[] heard = new byte[1024];
    private ComPortServer server = new();
    private bool connected;

    public int Port => line.Port;

    public string Address => $"rfc2217://127.0.0.1:{Port}";

    public int? Read(Span<byte> bytes)
    {
        int? read = line.Read(heard.AsSpan(0, Math.Min(heard.Length, bytes.Length)));
        if (read is null)
        {
            connected = false;
            return null;
        }

        if (!connected)
        {
            (connected, server) = (true, new ComPortServer());
            unsent.Clear();
        }

        data.ResetWrittenCount();
        said.ResetWrittenCount();
        server.Hear(heard.AsSpan(0, read.Value), data, said);
        Send();
        data.WrittenSpan.CopyTo(bytes);
        return data.WrittenCount;
    }

    /// <summary>All or nothing is counted: an escaped byte cut in half would shift the rest, so what the host does not take is kept and goes first.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        if (!connected || unsent.Count > 0)
        {
            said.ResetWrittenCount();
            Send();
        }

        if (!connected || unsent.Count > 0)
        {
            return 0;
        }

        said.ResetWrittenCount();
        ComPortServer.Say(bytes, said);
        Send();
        return bytes.Length;
    }

    public void HangUp()
    {
        connected = false;
        line.HangUp();
    }

    public void Dispose() => line.Dispose();

    private void Send()
    {
        byte[] all = [.. unsent, .. said.WrittenSpan];
        unsent.Clear();
        int sent = all.Length == 0 ? 0 : line.Write(all);
        foreach (byte left in all.AsSpan(sent))
        {
            unsent.Enqueue(left);
        }
    }
}
