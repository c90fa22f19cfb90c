using System.Net.Sockets;
using System.Text;

namespace Vascular.Simulators.Cli;

/// <summary>A Unix socket that takes one JSON object a line while a device runs, and answers each with one: what goes wrong from now on, and what becomes of the patient.</summary>
/// <remarks>Only the user who runs the simulator may connect. Looked at from the device's own loop: a command is done between two turns, and its answer is written before the
/// next. Words: docs/simulators.md.</remarks>
internal sealed class ControlSocket : IDisposable
{
    private const int MostClients = 8;
    private const int LongestLine = 4096;

    private readonly string path;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly List<(Socket Host, StringBuilder Heard)> clients = [];
    private readonly byte[] bytes = new byte[LongestLine];

    /// <exception cref="CommandFailure">The name is taken by something else than a socket nobody listens on, or cannot be made.</exception>
    public ControlSocket(string path)
    {
        this.path = Path.GetFullPath(path);
        try
        {
            if (Path.Exists(this.path) && IsDead(this.path))
            {
                File.Delete(this.path); // left behind by a run that was killed
            }

            listener.Bind(new UnixDomainSocketEndPoint(this.path));
            File.SetUnixFileMode(this.path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(MostClients);
        }
        catch (Exception refused) when (refused is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            listener.Dispose();
            throw new CommandFailure(refused.Message.TrimEnd('.'), $"in --control {path}", "choose a name that is free", refused);
        }
    }

    /// <summary>Answers every whole line that has come.</summary>
    public void Serve(Func<string, string> answer)
    {
        while (clients.Count < MostClients && listener.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            Socket host = listener.Accept();
            host.Blocking = false;
            clients.Add((host, new StringBuilder()));
        }

        for (int n = clients.Count - 1; n >= 0; n--)
        {
            if (!Serve(clients[n].Host, clients[n].Heard, answer))
            {
                clients[n].Host.Dispose();
                clients.RemoveAt(n);
            }
        }
    }

    public void Dispose()
    {
        clients.ForEach(c => c.Host.Dispose());
        listener.Dispose();
        File.Delete(path);
    }

    /// <summary>False when the client has left, or talks without end.</summary>
    private bool Serve(Socket host, StringBuilder heard, Func<string, string> answer)
    {
        while (host.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            int read = host.Receive(bytes, SocketFlags.None, out SocketError error);
            if (read <= 0 || error != SocketError.Success)
            {
                return error == SocketError.WouldBlock;
            }

            heard.Append(Encoding.UTF8.GetString(bytes, 0, read));
            while (heard.ToString().IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end)
            {
                string line = heard.ToString(0, end).Trim();
                heard.Remove(0, end + 1);
                if (line.Length > 0 && (host.Send(Encoding.UTF8.GetBytes(answer(line) + "\n"), SocketFlags.None, out error) <= 0 || error != SocketError.Success))
                {
                    return false;
                }
            }

            if (heard.Length > LongestLine)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsDead(string path)
    {
        using Socket caller = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            caller.Connect(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode == SocketError.ConnectionRefused && new FileInfo(path).LinkTarget is null;
        }
    }
}
