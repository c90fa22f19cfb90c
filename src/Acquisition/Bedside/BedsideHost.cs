using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Vascular.Acquisition.Archive;
using Vascular.Acquisition.Bedside.Live;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Records;

namespace Vascular.Acquisition.Bedside;

/// <summary>What the pages are given.</summary>
/// <param name="User">In whose name a page's acts are done.</param>
/// <param name="PatientSystem">Issuer of identifiers typed at the page; null: none are typed.</param>
public sealed record BedsideContext(BedsideBoard Board, BedsideDelivery Delivery, RecordDatabase Database, string User, string? PatientSystem, TimeProvider Time)
{
    /// <summary>The examinations a physician reads; null: the page shows the running one alone.</summary>
    public ExaminationShelf? Shelf { get; init; }

    /// <summary>Where angiograms are looked at; null: this station has no archive.</summary>
    public ReadingRoom? Angiograms { get; init; }

    /// <summary>What comes into the archive; null: no feed follows it.</summary>
    public BedsideStudies? Studies { get; init; }

    /// <summary>The department's worklist; null: orders are typed.</summary>
    public Worklist? Worklist { get; init; }
}

/// <summary>Serves the bedside page: HTTP on the loopback interface, and nothing of the network.</summary>
/// <remarks>Writes nothing: no log, no keys on disk. An address names no patient.</remarks>
public sealed class BedsideHost : IAsyncDisposable
{
    private const int PortsTried = 50;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    /// <summary>How long a stop waits so that open pages can show why; they draw every tenth of a second.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(500);

    private readonly WebApplication _app;
    private readonly BedsideContext _context;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _following;

    private BedsideHost(WebApplication app, BedsideContext context, int port, int wanted)
    {
        (_app, _context, Address, Moved) = (app, context, new Uri($"http://localhost:{port}"), port != wanted);
        _following = Task.WhenAll(
            context.Delivery.RunAsync(context.Database, () => context.Board.View?.Examination, _stop.Token),
            context.Studies?.RunAsync(context.Database, _stop.Token) ?? Task.CompletedTask);
    }

    public Uri Address { get; }

    /// <summary>The wanted port was in use and another was taken.</summary>
    public bool Moved { get; }

    /// <param name="ready">What is missing for an examination, in words; empty: ready.</param>
    /// <exception cref="CommandFailure">No port near the wanted one is free.</exception>
    public static async Task<BedsideHost> StartAsync(int port, BedsideContext context, Func<IReadOnlyList<string>> ready)
    {
        ArgumentNullException.ThrowIfNull(context);
        for (int candidate = port; candidate < Math.Min(port + PortsTried, ushort.MaxValue); candidate++)
        {
            WebApplication app = Build(candidate, context, ready);
            try
            {
                await app.StartAsync();
                return new BedsideHost(app, context, candidate, port);
            }
            catch (IOException e) when (e.InnerException is AddressInUseException)
            {
                await app.DisposeAsync();
            }
        }

        throw new CommandFailure($"no free port from {port} on", "for the bedside page", "set page.port in station.json to a free port");
    }

    public async ValueTask DisposeAsync()
    {
        if (_context.Board.Trouble is not null && _context.Board.Pages.Count > 0)
        {
            await Task.Delay(LastWords, _context.Time);
        }

        await _stop.CancelAsync();
        using var limit = new CancellationTokenSource(StopLimit);
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
        await _following;
        _stop.Dispose();
    }

    private static WebApplication Build(int port, BedsideContext context, Func<IReadOnlyList<string>> ready)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(BedsideHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        // Run from a build, the page's files lie in the source tree and in a package: the manifest beside the program says where.
        StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddSingleton(context);
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);

        WebApplication app = builder.Build();
        app.Use(OwnPagesOnly);
        app.UseWebSockets();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapGet("/healthz", () => Results.Text("""{"status":"ok"}""", "application/json"));
        app.MapGet("/readyz", () => Ready(ready()));
        app.Map("/live", http => LiveAsync(http, context, app.Lifetime.ApplicationStopping));
        if (context.Angiograms is { } room)
        {
            FrameDoor.Map(app, room);
        }

        app.MapRazorComponents<Pages.App>().AddInteractiveServerRenderMode();
        return app;
    }

    private static IResult Ready(IReadOnlyList<string> missing)
    {
        var json = new JsonObject { ["ready"] = missing.Count == 0, ["missing"] = new JsonArray([.. missing.Select(m => JsonValue.Create(m))]) };
        return Results.Text(json.ToJsonString(), "application/json", statusCode: missing.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>A page of another origin in the same browser must not reach this one: neither by a name that leads here nor by a socket.</summary>
    private static Task OwnPagesOnly(HttpContext http, RequestDelegate next)
    {
        string host = http.Request.Host.Host;
        string origin = http.Request.Headers.Origin.ToString();
        bool own = host is "localhost" or "127.0.0.1" && (origin.Length == 0 || origin == $"http://{http.Request.Host}");
        if (!own)
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        IHeaderDictionary headers = http.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'self'; connect-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'self'; form-action 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return next(http);
    }

    private static async Task LiveAsync(HttpContext http, BedsideContext context, CancellationToken stopping)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        using System.Net.WebSockets.WebSocket socket = await http.WebSockets.AcceptWebSocketAsync();
        string page = http.Request.Query["page"].ToString();
        await new LiveSocket(context.Board.Traces, context.Board.Pages, context.Time).RunAsync(socket, page.Length is > 0 and <= 64 ? page : http.Connection.Id, either.Token);
    }
}
