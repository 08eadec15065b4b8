// Java 17 with java.net.http (HTTP) and com.rabbitmq:amqp-client 5 (AMQP).
// GATEWAY, KEY and AMQP_URL come from the environment. Debian: default-jdk-headless, librabbitmq-client-java;
// java -cp /usr/share/java/amqp-client.jar:/usr/share/java/slf4j-api.jar Send.java
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ConnectionFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

class Send {
    static final String KIND = "application/cloudevents+json";

    public static void main(String[] arguments) throws Exception {
        byte[] event = Files.readAllBytes(Path.of("event.json"));
        overHttp(event);
        overAmqp(event);
    }

    static void overHttp(byte[] event) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(System.getenv("GATEWAY") + "/v1/events"))
            .header("authorization", "Bearer " + System.getenv("KEY"))
            .header("content-type", KIND)
            .POST(HttpRequest.BodyPublishers.ofByteArray(event))
            .build();
        // Unasked, Java offers HTTP/2 on a connection without TLS, and is refused: no_upgrade.
        var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 202) throw new IllegalStateException(answer.body()); // 503: again after Retry-After
        System.out.println(answer.body());
    }

    static void overAmqp(byte[] event) throws Exception {
        var factory = new ConnectionFactory();
        factory.setUri(System.getenv("AMQP_URL"));
        try (var connection = factory.newConnection(); var channel = connection.createChannel()) {
            channel.confirmSelect();
            var properties = new AMQP.BasicProperties.Builder().contentType(KIND).deliveryMode(2).build();
            channel.basicPublish("agency.plbn-badau", "", properties, event);
            channel.waitForConfirmsOrDie(5000);
            System.out.println("confirmed");
        }
    }
}
